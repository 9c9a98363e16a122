import { S3Error } from '../errors.ts';
import type { Arrival } from './arrival.ts';
import type { Credential } from './credentials.ts';
import { evaluate } from './evaluate.ts';
import type { PolicyDocument } from './policy-document.ts';
import { principalOf } from './principal.ts';

export interface AuthorizationRequest {
  principal: Credential;
  /** Of IAM, such as `s3:GetObject`. */
  action: string;
  /** Empty for the listing of all buckets. */
  bucket: string;
  /** Empty for an action on a bucket. */
  key: string;
  /** `s3:prefix`, where it is not that of the query. */
  prefix?: string | undefined;
  headers: ReadonlyMap<string, string>;
  query: URLSearchParams;
  /** Whether an object is there when it is done, and not only a part of one. */
  createsObject: boolean;
  arrival: Arrival;
}

/** Whether it is allowed, too. */
export type Authorize = (request: AuthorizationRequest) => boolean;

export interface PermissionSettings {
  /** May deny what the policies allow. */
  authorize: Authorize | undefined;
  /** By the bucket's name. */
  bucketPolicies: Readonly<Record<string, PolicyDocument>>;
}

/** Throws S3Error AccessDenied unless all policies, and the hook, allow it. */
export async function permit(
  { authorize, bucketPolicies }: PermissionSettings,
  request: AuthorizationRequest,
): Promise<void> {
  const principal = principalOf(request.principal);
  const denial = await evaluate(request, principal, bucketPolicies[request.bucket]);
  if (denial !== undefined) throw new S3Error('AccessDenied', { message: denial });
  if (authorize?.(request) === false) {
    throw new S3Error('AccessDenied', {
      message: `User: ${principal.arn} is not authorized to perform: ${request.action}`,
    });
  }
}
