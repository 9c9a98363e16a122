import { interrupted, messageOf, WherryError } from '../../error.ts';

/** The fields that the SDK's errors have, see ServiceException in @smithy/core. */
interface SdkError {
  name?: string;
  code?: string;
  message?: string;
  Region?: string;
  $metadata?: { httpStatusCode?: number };
  $response?: { headers?: Record<string, string> };
}

/** Errors of S3 that another try may cure (Amazon S3 API, "Error responses"). */
const passing = new Set([
  'InternalError',
  'ServiceUnavailable',
  'SlowDown',
  'RequestTimeout',
  'RequestTimeTooSkewed',
  'OperationAborted',
  'BadDigest',
  'IncompleteBody',
  'XAmzContentSHA256Mismatch',
]);

const unauthenticated = new Set([
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidToken',
  'TokenRefreshRequired',
]);

const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNABORTED',
  'UND_ERR_SOCKET',
]);

/**
 * What the SDK threw as one of ours. `doing` completes "Could not …", such as `read tags/api:1`.
 */
export function s3Error(error: unknown, doing: string, url: string): WherryError {
  if (error instanceof WherryError) return error;
  const { name = '', code, $metadata, $response } = error as SdkError;
  const status = $metadata?.httpStatusCode;
  const details = (hint?: string) => ({ side: 'store' as const, hint, cause: error });
  const failed = `Could not ${doing} in ${url}`;

  if (name === 'AbortError') return interrupted();
  if (name === 'NoSuchBucket') {
    return new WherryError(
      'NOT_FOUND',
      `There is no bucket at ${url}.`,
      details('Check --store, and the region.'),
    );
  }
  const region = $response?.headers?.['x-amz-bucket-region'] ?? (error as SdkError).Region;
  if (status === 301 || status === 307 || name === 'AuthorizationHeaderMalformed') {
    const where = region ? ` It is in ${region}.` : '';
    const hint = region
      ? `Pass --region ${region}.`
      : "Pass --region with the bucket's own region.";
    return new WherryError(
      'WRONG_REGION',
      `${failed}: the bucket is in another region.${where}`,
      details(hint),
    );
  }
  if (unauthenticated.has(name)) {
    const hint = 'Set AWS_PROFILE or the AWS_ variables, or give this machine a role.';
    const why =
      name === 'CredentialsProviderError'
        ? 'there are no AWS credentials'
        : `the AWS credentials are not valid (${name})`;
    return new WherryError('NO_CREDENTIALS', `${failed}: ${why}.`, details(hint));
  }
  if (name === 'SignatureDoesNotMatch') {
    return new WherryError(
      'ACCESS_DENIED',
      `${failed}: the secret key is wrong.`,
      details('Check AWS_SECRET_ACCESS_KEY.'),
    );
  }
  if (networkCodes.has(code ?? '') || networkCodes.has(name) || name === 'TimeoutError') {
    const hint =
      'Check the network, the endpoint and the region; on a private network, the S3 gateway endpoint.';
    return new WherryError(
      'UNAVAILABLE',
      `${failed}: ${networkMessage(error as SdkError)}.`,
      details(hint),
    );
  }
  if (
    passing.has(name) ||
    (status !== undefined && (status >= 500 || status === 429)) ||
    status === 409
  ) {
    const hint = name === 'RequestTimeTooSkewed' ? "Set this machine's clock." : 'Try again later.';
    return new WherryError(
      'UNAVAILABLE',
      `${failed}: S3 answers ${name || status}.`,
      details(hint),
    );
  }
  if (status === 403) {
    return new WherryError(
      'ACCESS_DENIED',
      `${failed}: access denied.`,
      details('Grant these credentials the permission, or use others.'),
    );
  }
  return new WherryError('FAILED', `${failed}: ${messageOf(error)}.`, details());
}

function networkMessage({ code, name, message }: SdkError): string {
  const text = messageOf(new Error(message)).replace(/[.\s]+$/, '');
  return text === '' ? `${code ?? name}` : text;
}

export function isStatus(error: unknown, ...statuses: number[]): boolean {
  const status = (error as SdkError).$metadata?.httpStatusCode;
  return status !== undefined && statuses.includes(status);
}

export function isNamed(error: unknown, name: string): boolean {
  return (error as SdkError).name === name;
}
