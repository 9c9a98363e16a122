import { S3Error } from '../errors.ts';
import type { S3Request } from '../http/request.ts';
import { type Claim, parseCredentialScope } from './claim.ts';

/** Longest life of a presigned URL: seven days. */
const MAX_EXPIRES = 604_800;

/** Reads the `X-Amz-…` parameters of a presigned URL. */
export function claimFromQuery(request: S3Request): Claim {
  const { query } = request;
  if (query.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') {
    throw malformed('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"');
  }
  const credential = parseCredentialScope(required(query, 'X-Amz-Credential'));
  if (!credential) {
    throw malformed(
      'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    );
  }
  return {
    kind: 'presigned',
    ...credential,
    signedHeaders: required(query, 'X-Amz-SignedHeaders').split(';'),
    signature: required(query, 'X-Amz-Signature'),
    timestamp: required(query, 'X-Amz-Date'),
    sessionToken: query.get('X-Amz-Security-Token') ?? undefined,
    payloadHash:
      request.headers.get('x-amz-content-sha256') ??
      query.get('X-Amz-Content-Sha256') ??
      'UNSIGNED-PAYLOAD',
    expires: parseExpires(required(query, 'X-Amz-Expires')),
  };
}

function parseExpires(text: string): number {
  if (!/^\d+$/.test(text)) throw malformed('X-Amz-Expires should be a number');
  const seconds = Number(text);
  if (seconds > MAX_EXPIRES) {
    throw malformed(
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    );
  }
  return seconds;
}

function required(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (!value) {
    throw malformed(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  }
  return value;
}

function malformed(message: string): S3Error {
  return new S3Error('AuthorizationQueryParametersError', { message });
}
