import { isWherryError, messageOf } from '../error.ts';

/** The kinds of policy that S3 names when it denies something. */
export type PolicyKind =
  | 'identity'
  | 'bucket'
  | 'endpoint'
  | 'boundary'
  | 'session'
  | 'service-control'
  | 'resource-control';

/** What S3 says when it denies something; each part only where it says it. */
export interface Denial {
  /** The ARN of who asked. */
  user: string | undefined;
  /** Such as `s3:PutObject`; of a missing object that may not be known to be missing, `s3:ListBucket`. */
  action: string | undefined;
  policy: PolicyKind | undefined;
  /** A statement denies it; otherwise none allows it. */
  explicit: boolean;
}

/** As S3 writes them (Amazon S3 User Guide, "Troubleshoot access denied (403 Forbidden) errors"). */
const kinds: [RegExp, PolicyKind][] = [
  [/VPC endpoint policy/i, 'endpoint'],
  [/identity-based policy/i, 'identity'],
  [/resource-based policy/i, 'bucket'],
  [/permissions boundary/i, 'boundary'],
  [/session policy/i, 'session'],
  [/service control policy/i, 'service-control'],
  [/resource control policy/i, 'resource-control'],
];

/** Reads what S3 answered; undefined for an error of another kind. */
export function denialOf(error: unknown): Denial | undefined {
  if (!isWherryError(error, 'ACCESS_DENIED')) return undefined;
  const message = messageOf(error.cause);
  const [, user, action] =
    /User: (\S+) is not authorized to perform: ([\w:*]+)/i.exec(message) ?? [];
  const explicit = /with an explicit deny/i.test(message);
  const reason = /(?:with an explicit deny in|because no) (.*)$/i.exec(message)?.[1] ?? '';
  return { user, action, policy: kinds.find(([words]) => words.test(reason))?.[1], explicit };
}
