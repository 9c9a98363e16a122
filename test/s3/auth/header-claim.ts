import { S3Error } from '../errors.ts';
import type { S3Request } from '../http/request.ts';
import { type Claim, parseCredentialScope, unsupportedMechanism } from './claim.ts';

/** Reads `Authorization: AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`. */
export function claimFromHeader(request: S3Request, authorization: string): Claim {
  if (!authorization.startsWith('AWS4-HMAC-SHA256')) throw unsupportedMechanism();
  const fields = parseFields(authorization.slice('AWS4-HMAC-SHA256'.length));
  const credential = parseCredentialScope(fields.get('Credential') ?? '');
  if (!credential)
    throw malformed(
      'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    );
  return {
    kind: 'header',
    ...credential,
    signedHeaders: required(fields, 'SignedHeaders').split(';'),
    signature: required(fields, 'Signature'),
    timestamp: timestampOf(request),
    sessionToken: request.headers.get('x-amz-security-token'),
    payloadHash: payloadHashOf(request),
    expires: undefined,
  };
}

function parseFields(text: string): Map<string, string> {
  return new Map(
    text.split(',').map((field) => {
      const [name = '', ...value] = field.trim().split('=');
      return [name, value.join('=')];
    }),
  );
}

function required(fields: ReadonlyMap<string, string>, name: string): string {
  const value = fields.get(name);
  if (!value) throw malformed(`missing ${name}.`);
  return value;
}

function malformed(what: string): S3Error {
  return new S3Error('AuthorizationHeaderMalformed', {
    message: `The authorization header is malformed; ${what}`,
  });
}

/** Of `x-amz-date`, or of `Date` when there is none. */
function timestampOf(request: S3Request): string {
  const timestamp = request.headers.get('x-amz-date');
  if (timestamp !== undefined) return timestamp;
  const date = Date.parse(request.headers.get('date') ?? '');
  if (Number.isNaN(date)) {
    throw new S3Error('AccessDenied', {
      message: 'AWS authentication requires a valid Date or x-amz-date header',
    });
  }
  return new Date(date).toISOString().replace(/[-:]|\.\d+/g, '');
}

function payloadHashOf(request: S3Request): string {
  const hash = request.headers.get('x-amz-content-sha256');
  if (hash === undefined) {
    throw new S3Error('InvalidRequest', {
      message: 'Missing required header for this request: x-amz-content-sha256',
    });
  }
  return hash;
}
