import type { Credential } from './credentials.ts';
import { ACCOUNT, type PolicyDocument, statement } from './policy-document.ts';

/** Who asks, as policies know them. */
export interface Principal {
  /** As messages name it: a role by its session. */
  arn: string;
  /** `aws:PrincipalArn`: the user, the role, or the root of the account. */
  identity: string;
  account: string;
  /** Undefined where there are none to obey. */
  policies: readonly PolicyDocument[] | undefined;
}

const ROOT = `arn:aws:iam::${ACCOUNT}:root`;

export function principalOf(credential: Credential): Principal {
  const identity = credential.arn ?? ROOT;
  const [, partition = '', account = '', role] =
    /^arn:([^:]+):iam::(\d+):(?:role\/(?:.+\/)?([^/]+)|.+)$/.exec(identity) ?? [];
  return {
    arn: role ? `arn:${partition}:sts::${account}:assumed-role/${role}/session` : identity,
    identity,
    account,
    policies: policiesOf(credential),
  };
}

/** With what the short forms stand for. */
function policiesOf(credential: Credential): readonly PolicyDocument[] | undefined {
  const { policies, buckets, readOnly, noList } = credential;
  if (!policies && !buckets && !readOnly && !noList) return undefined;
  const actions = readOnly ? ['s3:Get*', 's3:List*'] : ['s3:*'];
  const resources = buckets?.flatMap((name) => [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`]);
  return [
    ...(policies ?? [statement('Allow', actions, resources)]),
    ...(noList ? [statement('Deny', ['s3:ListBucket'])] : []),
  ];
}
