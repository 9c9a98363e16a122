import { S3Error } from '../errors.ts';
import type { Scope } from './signature.ts';

/** What a request says about its own signature, before any of it is believed. */
export interface Claim {
  kind: 'header' | 'presigned';
  accessKeyId: string;
  scope: Scope;
  signedHeaders: string[];
  signature: string;
  /** YYYYMMDDTHHMMSSZ */
  timestamp: string;
  sessionToken: string | undefined;
  /** A SHA-256 in hex, UNSIGNED-PAYLOAD, or one of the STREAMING- modes. */
  payloadHash: string;
  /** Seconds that a presigned URL is good for. */
  expires: number | undefined;
}

export function unsupportedMechanism(): S3Error {
  return new S3Error('InvalidRequest', {
    message:
      'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
  });
}

/** `AKID/20260131/us-east-1/s3/aws4_request`; undefined when it is not of that shape. */
export function parseCredentialScope(
  text: string,
): { accessKeyId: string; scope: Scope } | undefined {
  const match = /^(.+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request$/.exec(text);
  if (!match) return undefined;
  const [, accessKeyId = '', date = '', region = '', service = ''] = match;
  return { accessKeyId, scope: { date, region, service } };
}
