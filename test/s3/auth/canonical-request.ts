import type { S3Request } from '../http/request.ts';
import { uriEncode, uriEncodePath } from './uri-encode.ts';

/**
 * The text that a request's signature covers.
 *
 * Source: "Signature Calculations for the Authorization Header", Amazon S3 API Reference.
 * Unlike other services, S3 encodes the path once and never normalises it.
 */
export function canonicalRequest(
  request: Pick<S3Request, 'method' | 'path' | 'query' | 'headers'>,
  signedHeaders: readonly string[],
  payloadHash: string,
): string {
  return [
    request.method,
    uriEncodePath(request.path),
    canonicalQuery(request.query),
    ...signedHeaders.map((name) => `${name}:${canonicalValue(request.headers.get(name) ?? '')}`),
    '',
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function canonicalValue(value: string): string {
  return value.trim().replace(/ +/g, ' ');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
