import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { S3Error } from '../errors.ts';

/** One request, taken apart. Header names are lower-case; values are latin1, as on the wire. */
export interface S3Request {
  id: string;
  method: string;
  /** Decoded; with the bucket only when the address is path-style. */
  path: string;
  query: URLSearchParams;
  headers: ReadonlyMap<string, string>;
  /** Empty strings where the address names none. */
  bucket: string;
  key: string;
  /** The client's address and port. */
  remote: string;
}

/** A request that cannot be parsed comes with the error to answer, and without an address. */
export function parseRequest(incoming: IncomingMessage): { request: S3Request; error?: S3Error } {
  const [rawPath = '', ...rawQuery] = (incoming.url ?? '/').split('?');
  const headers = joinHeaders(incoming.rawHeaders);
  const request = {
    id: randomBytes(8).toString('hex').toUpperCase(),
    method: incoming.method ?? '',
    path: rawPath,
    query: new URLSearchParams(rawQuery.join('?')),
    headers,
    bucket: '',
    key: '',
    remote: `${incoming.socket.remoteAddress}:${incoming.socket.remotePort}`,
  };
  try {
    const path = decodePath(rawPath);
    return { request: { ...request, path, ...address(headers.get('host') ?? '', path) } };
  } catch (error) {
    if (error instanceof S3Error) return { request, error };
    throw error;
  }
}

/** Longest key in bytes of UTF-8. */
const MAX_KEY_LENGTH = 1024;

/** `bucket.localhost`, and what a client would send that is led here by name resolution. */
const VIRTUAL_HOST =
  /^(.+)\.(?:localhost|s3\.(?:dualstack\.)?(?:[a-z0-9-]+\.)?amazonaws\.com)(?::\d+)?$/i;

/** Virtual-host style where the host has a bucket in it; else path-style. */
function address(host: string, path: string): { bucket: string; key: string } {
  const hosted = VIRTUAL_HOST.exec(host)?.[1];
  const found = /^\/([^/]*)\/?(.*)$/s.exec(hosted ? `/${hosted}${path}` : path);
  const [, bucket = '', key = ''] = found ?? [];
  if (Buffer.byteLength(key) > MAX_KEY_LENGTH) {
    throw new S3Error('KeyTooLongError', {
      details: { Size: `${Buffer.byteLength(key)}`, MaxSizeAllowed: `${MAX_KEY_LENGTH}` },
    });
  }
  return { bucket, key };
}

function decodePath(rawPath: string): string {
  try {
    return decodeURIComponent(rawPath);
  } catch {
    throw new S3Error('InvalidURI');
  }
}

/** A header that comes more than once has its values joined by commas. */
function joinHeaders(raw: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] as string).toLowerCase();
    const value = raw[at + 1] as string;
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}
