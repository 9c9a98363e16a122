/** CloudFormation's own functions (its User Guide, "Intrinsic function reference"), as JSON has them. */

export function ref(name: string) {
  return { Ref: name };
}

export function attribute(resource: string, name: string) {
  return { 'Fn::GetAtt': [resource, name] as [string, string] };
}

/** A text with what {@link variable} gives in it. */
export function sub(text: string) {
  return { 'Fn::Sub': text };
}

/** A parameter, a resource, its attribute, or such as `AWS::Region`, in the text of {@link sub}. */
export function variable(name: string): string {
  return `\${${name}}`;
}

export function select(index: number, list: unknown) {
  return { 'Fn::Select': [index, list] };
}

/** Nothing at all is there under another condition, unless something is given for it. */
export function when(condition: string, value: unknown, otherwise: unknown = ref('AWS::NoValue')) {
  return { 'Fn::If': [condition, value, otherwise] };
}

export function equals(one: unknown, other: unknown) {
  return { 'Fn::Equals': [one, other] };
}

export function not(condition: object) {
  return { 'Fn::Not': [condition] };
}

export function anyOf(...names: string[]) {
  return { 'Fn::Or': names.map((name) => ({ Condition: name })) };
}

/** Of a parameter that is a list, and empty unless it is given. */
export function isGiven(list: string) {
  return not(equals({ 'Fn::Join': ['', ref(list)] }, ''));
}

/** Tags that name a resource after the stack. */
export function named(suffix?: string) {
  const words = [variable('AWS::StackName'), ...(suffix ? [suffix] : [])];
  return [{ Key: 'Name', Value: sub(words.join('-')) }];
}
