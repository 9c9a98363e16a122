import type { Clock } from '../clock.ts';
import { S3Error } from '../errors.ts';
import type { S3Request } from '../http/request.ts';
import { canonicalRequest } from './canonical-request.ts';
import type { Claim } from './claim.ts';
import { type Credential, findCredential } from './credentials.ts';
import { readClaim } from './read-claim.ts';
import { Signer, sha256Hex } from './signature.ts';
import { isoSeconds, parseTimestamp } from './timestamp.ts';

export interface Authentication {
  principal: Credential;
  /** The region that the request was signed for. */
  region: string;
  payloadHash: string;
  /** Signs the chunks of a streamed body, beginning with the request's own signature. */
  signer: Signer;
  signature: string;
}

export interface AuthenticationSettings {
  credentials: readonly Credential[];
  clock: Clock;
  /** Whether a request for this bucket may be signed for `region`; gives the right one if not. */
  expectedRegion(bucket: string, region: string): string;
}

const MAX_SKEW_MILLISECONDS = 15 * 60 * 1000;

/** Verifies a request's signature, age, region and token. Throws S3Error. */
export function authenticate(request: S3Request, settings: AuthenticationSettings): Authentication {
  const claim = readClaim(request);
  checkScope(request, claim, settings);
  checkTime(claim, settings.clock.now());
  const principal = findCredential(
    settings.credentials,
    claim.accessKeyId,
    claim.sessionToken,
    settings.clock.now(),
  );
  checkSignedHeaders(request, claim);
  const signer = new Signer(principal.secretAccessKey, claim.timestamp, claim.scope);
  const canonical = canonicalRequest(request, claim.signedHeaders, claim.payloadHash);
  const stringToSign = signer.stringToSign('AWS4-HMAC-SHA256', [sha256Hex(canonical, 'latin1')]);
  if (signer.sign(stringToSign) !== claim.signature) {
    throw new S3Error('SignatureDoesNotMatch', {
      details: {
        AWSAccessKeyId: claim.accessKeyId,
        StringToSign: stringToSign,
        SignatureProvided: claim.signature,
        CanonicalRequest: canonical,
      },
    });
  }
  return {
    principal,
    region: claim.scope.region,
    payloadHash: claim.payloadHash,
    signer,
    signature: claim.signature,
  };
}

function checkScope(request: S3Request, claim: Claim, settings: AuthenticationSettings): void {
  const { scope } = claim;
  const expected = settings.expectedRegion(request.bucket, scope.region);
  const wrong =
    scope.service !== 's3'
      ? `incorrect service "${scope.service}". This endpoint belongs to "s3".`
      : scope.region !== expected
        ? `the region '${scope.region}' is wrong; expecting '${expected}'`
        : !claim.timestamp.startsWith(scope.date)
          ? `Invalid credential date "${scope.date}". This date is not the same as X-Amz-Date.`
          : undefined;
  if (wrong === undefined) return;
  if (claim.kind === 'presigned') {
    throw new S3Error('AuthorizationQueryParametersError', {
      message: `Error parsing the X-Amz-Credential parameter; ${wrong}`,
      details: { Region: expected },
    });
  }
  throw new S3Error('AuthorizationHeaderMalformed', {
    message: `The authorization header is malformed; ${wrong}`,
    details: { Region: expected },
  });
}

function checkTime(claim: Claim, now: number): void {
  const signedAt = parseTimestamp(claim.timestamp);
  if (signedAt === undefined) {
    throw new S3Error('AccessDenied', {
      message: 'AWS authentication requires a valid Date or x-amz-date header',
    });
  }
  if (claim.expires !== undefined) {
    const end = signedAt + claim.expires * 1000;
    if (now > end) {
      throw new S3Error('AccessDenied', {
        message: 'Request has expired',
        details: {
          'X-Amz-Expires': `${claim.expires}`,
          Expires: isoSeconds(end),
          ServerTime: isoSeconds(now),
        },
      });
    }
    if (signedAt - now > MAX_SKEW_MILLISECONDS) {
      throw new S3Error('AccessDenied', { message: 'Request is not yet valid' });
    }
  } else if (Math.abs(now - signedAt) > MAX_SKEW_MILLISECONDS) {
    throw new S3Error('RequestTimeTooSkewed', {
      details: {
        RequestTime: claim.timestamp,
        ServerTime: isoSeconds(now),
        MaxAllowedSkewMilliseconds: `${MAX_SKEW_MILLISECONDS}`,
      },
    });
  }
}

/** The host and every x-amz- header must be covered by the signature. */
function checkSignedHeaders(request: S3Request, claim: Claim): void {
  const signed = new Set(claim.signedHeaders);
  const unsigned = [...request.headers.keys()].filter(
    (name) =>
      (name === 'host' || name.startsWith('x-amz-')) &&
      !signed.has(name) &&
      // A presigned URL carries the payload's hash as a claim of its own.
      !(claim.kind === 'presigned' && name === 'x-amz-content-sha256'),
  );
  if (unsigned.length > 0) {
    throw new S3Error('AccessDenied', {
      message: 'There were headers present in the request which were not signed',
      details: { HeadersNotSigned: unsigned.join(', ') },
    });
  }
}
