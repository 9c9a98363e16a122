import { S3Error } from '../errors.ts';
import type { PolicyDocument } from './policy-document.ts';

export interface Credential {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  /** Milliseconds since the epoch, by the server's clock; from then on the answer is ExpiredToken. */
  expires?: number;
  /** Of the user or the role whose it is; the root of the account when left out. */
  arn?: string;
  /** What it may do; all when left out. */
  policies?: readonly PolicyDocument[];
  /** Short for a policy, where there are none: the only buckets it may touch; all when left out. */
  buckets?: readonly string[];
  /** Short for a policy, where there are none: may get, head and list, and nothing else. */
  readOnly?: boolean;
  /**
   * Short for one more policy: lacks s3:ListBucket, so that lists are denied, and a missing key answers
   * 403 in place of 404.
   */
  noList?: boolean;
}

/**
 * The credential that a request claims to have been signed with. Throws S3Error
 * InvalidAccessKeyId, InvalidToken, ExpiredToken.
 */
export function findCredential(
  credentials: readonly Credential[],
  accessKeyId: string,
  sessionToken: string | undefined,
  now: number,
): Credential {
  const candidates = credentials.filter((candidate) => candidate.accessKeyId === accessKeyId);
  if (candidates.length === 0) {
    throw new S3Error('InvalidAccessKeyId', { details: { AWSAccessKeyId: accessKeyId } });
  }
  const credential = candidates.find((candidate) => candidate.sessionToken === sessionToken);
  if (!credential) {
    // A temporary key without its token is unknown to S3; with a wrong one, it is the token.
    throw sessionToken === undefined
      ? new S3Error('InvalidAccessKeyId', { details: { AWSAccessKeyId: accessKeyId } })
      : new S3Error('InvalidToken', { details: { 'Token-0': sessionToken } });
  }
  if (credential.expires !== undefined && now >= credential.expires) {
    throw new S3Error('ExpiredToken', { details: { 'Token-0': sessionToken ?? '' } });
  }
  return credential;
}
