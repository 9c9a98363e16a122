import { interrupted, messageOf, WherryError } from '../../error.ts';

/** The fields that the SDK's errors have, see ServiceException in @smithy/core. */
interface SdkError {
  name?: string;
  code?: string;
  message?: string;
  Region?: string;
  /** Of a name that could not be looked up. */
  hostname?: string;
  /** Of a connection that was refused. */
  address?: string;
  port?: number;
  /** One for each address of a name (AggregateError). */
  errors?: SdkError[];
  /** Why credentials that S3 refused could not be renewed. */
  renewal?: string;
  $metadata?: { httpStatusCode?: number };
  $response?: { headers?: Record<string, string> };
}

/** Errors of S3 that another try may cure (Amazon S3 API, "Error responses"). */
const passing = new Set([
  'InternalError',
  'RequestTimeout',
  'RequestTimeTooSkewed',
  'OperationAborted',
  'BadDigest',
  'IncompleteBody',
  'XAmzContentSHA256Mismatch',
]);

/** Errors of S3 that ask for fewer requests; so does every other one of status 503 or 429. */
const throttling = new Set(['SlowDown', 'ServiceUnavailable', 'Throttling', 'ThrottlingException']);

const unauthenticated = new Set([
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

/** Codes of Node's TLS for a server that no other try will make trustworthy (Node, "TLS", X509). */
const untrusted =
  /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|EPROTO$|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_IN_CHAIN$|INVALID_CA$|HOSTNAME_MISMATCH$)/;

/** The end of hints where there is more than one thing to look at. */
const doctor = '"doctor", of wherry and of wherry-agent, finds out what it is';

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
  if (name === 'CredentialsProviderError' || isUnauthenticated(error)) {
    const hint = `Set AWS_PROFILE or the AWS_ variables, or give this machine a role; ${doctor}.`;
    const why = credentialsMessage(error as SdkError);
    return new WherryError('NO_CREDENTIALS', `${failed}: ${why}.`, details(hint));
  }
  if (name === 'SignatureDoesNotMatch') {
    return new WherryError(
      'ACCESS_DENIED',
      `${failed}: the secret key is wrong.`,
      details('Check AWS_SECRET_ACCESS_KEY.'),
    );
  }
  if (untrusted.test(code ?? '')) {
    const why = `the server is not to be trusted, or speaks no TLS: ${networkMessage(error as SdkError)}`;
    const hint =
      'Check the endpoint; for an authority of your own, set NODE_EXTRA_CA_CERTS to its certificate.';
    return new WherryError('FAILED', `${failed}: ${why}.`, details(hint));
  }
  if (networkCodes.has(code ?? '') || networkCodes.has(name) || name === 'TimeoutError') {
    const hint = `Check the network, the endpoint and the region; on a private network, the S3 gateway endpoint; ${doctor}.`;
    return new WherryError(
      'UNAVAILABLE',
      `${failed}: ${networkMessage(error as SdkError)}.`,
      details(hint),
    );
  }
  if (throttling.has(name) || status === 503 || status === 429) {
    return new WherryError('SLOW_DOWN', `${failed}: S3 answers ${name || status}.`, {
      ...details('Try again later.'),
      retryAfter: retryAfterOf(error as SdkError),
    });
  }
  if (passing.has(name) || (status !== undefined && status >= 500) || status === 409) {
    const hint = name === 'RequestTimeTooSkewed' ? "Set this machine's clock." : 'Try again later.';
    return new WherryError('UNAVAILABLE', `${failed}: S3 answers ${name || status}.`, {
      ...details(hint),
      retryAfter: retryAfterOf(error as SdkError),
    });
  }
  if (status === 403) {
    return new WherryError(
      'ACCESS_DENIED',
      `${failed}: access denied.`,
      details(`Grant these credentials the permission, or use others; ${doctor}.`),
    );
  }
  if (isUnreadable(error as SdkError)) {
    const of = status === undefined ? '' : `, of HTTP status ${status},`;
    return answerCut(doing, url, `the answer${of} is none of S3's, or was cut short`, error);
  }
  return new WherryError('FAILED', `${failed}: ${messageOf(error)}.`, details());
}

/**
 * Whether an answer could not be understood: the SDK found no whole XML in it (deserializerMiddleware
 * of @smithy/core), or no error code.
 */
function isUnreadable({ message = '' }: SdkError): boolean {
  return message === 'UnknownError' || message.includes('Deserialization error');
}

/** The error for an answer that ended early, though its length may say that this was all. */
export function answerCut(doing: string, url: string, why: string, cause?: unknown): WherryError {
  return new WherryError('UNAVAILABLE', `Could not ${doing} in ${url}: ${why}.`, {
    side: 'store',
    hint: 'Check the endpoint, and what stands between here and S3.',
    cause,
  });
}

/** Whether S3 refused the credentials themselves, and not what they may do. */
export function isUnauthenticated(error: unknown): boolean {
  return unauthenticated.has((error as SdkError).name ?? '');
}

function credentialsMessage({ name, message = '', renewal }: SdkError): string {
  if (name !== 'CredentialsProviderError') {
    return `the AWS credentials are not valid (${name})${renewal ? `, and ${renewal}` : ''}`;
  }
  const detail = /^Could not load credentials from any providers/.test(message) ? '' : message;
  return `there are no AWS credentials${detail && ` (${sentence(detail)})`}`;
}

/** The header's seconds as milliseconds (RFC 9110, 10.2.3); S3 sends no dates. */
function retryAfterOf({ $response }: SdkError): number | undefined {
  const seconds = Number($response?.headers?.['retry-after']);
  return seconds > 0 ? seconds * 1000 : undefined;
}

/** What Node and the handler of the SDK (@smithy/node-http-handler) say, in our words. */
function networkMessage(error: SdkError): string {
  const [first = error] = error.errors ?? [];
  const { code, name, message = '', hostname, address, port } = first;
  if (code === 'ENOTFOUND') return `there is no host ${hostname} (${code})`;
  if (code === 'EAI_AGAIN') return `the host ${hostname} could not be looked up (${code})`;
  if (code === 'ECONNREFUSED') return `${address}:${port} refuses connections (${code})`;
  const silence = /timed out after (\d+) ms of inactivity/.exec(message)?.[1];
  if (silence) return `nothing came or went for ${Number(silence) / 1000} s`;
  const connecting = /did not establish a connection .* timeout of (\d+) ms/.exec(message)?.[1];
  if (connecting) return `there was no connection within ${Number(connecting) / 1000} s`;
  return sentence(message) || `${code ?? name}`;
}

/** On one line, without the full stop. */
function sentence(message: string): string {
  return message.replace(/\s+/g, ' ').replace(/[.\s]+$/, '');
}

export function isStatus(error: unknown, ...statuses: number[]): boolean {
  const status = (error as SdkError).$metadata?.httpStatusCode;
  return status !== undefined && statuses.includes(status);
}

export function isNamed(error: unknown, name: string): boolean {
  return (error as SdkError).name === name;
}
