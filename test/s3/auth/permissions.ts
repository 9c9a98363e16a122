import { S3Error } from '../errors.ts';
import type { Credential } from './credentials.ts';

export interface AuthorizationRequest {
  principal: Credential;
  /** Of IAM, such as `s3:GetObject`. */
  action: string;
  /** Empty for the listing of all buckets. */
  bucket: string;
  /** Empty for an action on a bucket. */
  key: string;
  headers: ReadonlyMap<string, string>;
  query: URLSearchParams;
}

/** `no-list`: allowed, but without s3:ListBucket, so that a missing key answers 403. */
export type Decision = boolean | 'no-list';

export type Authorize = (request: AuthorizationRequest) => Decision;

export interface Permission {
  /** Whether the principal may learn that a key is missing. */
  mayList: boolean;
}

/** What the credential itself allows. */
function credentialDecision({ principal, action, bucket }: AuthorizationRequest): Decision {
  if (principal.buckets && !principal.buckets.includes(bucket)) return false;
  if (principal.readOnly && !/^s3:(Get|List)/.test(action)) return false;
  if (!principal.noList) return true;
  return action === 's3:ListBucket' ? false : 'no-list';
}

/**
 * Both the credential and the hook must allow it. Throws S3Error AccessDenied.
 */
export function permit(
  authorize: Authorize | undefined,
  request: AuthorizationRequest,
): Permission {
  const decisions = [credentialDecision(request), authorize?.(request) ?? true];
  if (decisions.includes(false)) {
    throw new S3Error('AccessDenied', {
      message: `User: ${request.principal.accessKeyId} is not authorized to perform: ${request.action}`,
    });
  }
  return { mayList: !decisions.includes('no-list') };
}
