/** A value of a template: as it is, or one that CloudFormation puts in. */
export type Text =
  | string
  | { 'Fn::Sub': string }
  | { 'Fn::GetAtt': [string, string] }
  | { Ref: string };

export type Conditions = Record<string, Record<string, Text | Text[]>>;

/** Of a policy of IAM, S3 or a VPC endpoint (IAM User Guide, "IAM JSON policy elements reference"). */
export interface Statement {
  Sid: string;
  Effect: 'Allow' | 'Deny';
  /** In a policy of a bucket or an endpoint, where it must be; not in one of a role, which is its own. */
  Principal?: unknown;
  Action: string[];
  Resource: Text | Text[];
  Condition?: Conditions;
}

export interface PolicyDocument {
  Version: '2012-10-17';
  Statement: Statement[];
}

export function policyDocument(...statements: Statement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements };
}

/** What a text says, with more at its end. */
export function extendText(text: Text, more: string): Text {
  if (typeof text === 'string') return text + more;
  if ('Fn::Sub' in text) return { 'Fn::Sub': text['Fn::Sub'] + more };
  if ('Ref' in text) return { 'Fn::Sub': `\${${text.Ref}}${more}` };
  return { 'Fn::Sub': `\${${text['Fn::GetAtt'].join('.')}}${more}` };
}

/** A text that CloudFormation has to fill in where it has variables, `${AWS::Region}` for instance. */
export function templateText(text: string): Text {
  return text.includes('${') ? { 'Fn::Sub': text } : text;
}
