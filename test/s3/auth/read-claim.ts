import { S3Error } from '../errors.ts';
import type { S3Request } from '../http/request.ts';
import { type Claim, unsupportedMechanism } from './claim.ts';
import { claimFromHeader } from './header-claim.ts';
import { claimFromQuery } from './presigned-claim.ts';

/** Throws S3Error AccessDenied for a request that is not signed. */
export function readClaim(request: S3Request): Claim {
  const authorization = request.headers.get('authorization');
  const presigned = request.query.has('X-Amz-Algorithm') || request.query.has('X-Amz-Signature');
  if (authorization !== undefined && presigned) {
    throw new S3Error('InvalidArgument', {
      message:
        'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
    });
  }
  if (presigned) return claimFromQuery(request);
  if (authorization !== undefined) return claimFromHeader(request, authorization);
  if (request.query.has('AWSAccessKeyId')) throw unsupportedMechanism();
  throw new S3Error('AccessDenied');
}
