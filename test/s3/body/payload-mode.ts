import { invalidArgument, notImplemented } from '../errors.ts';

/** How a body is protected, as `x-amz-content-sha256` says. */
export type PayloadMode =
  | { kind: 'hashed'; sha256: string }
  | { kind: 'unsigned' }
  | { kind: 'chunked'; signed: boolean; hasTrailers: boolean };

const MODES: Record<string, PayloadMode> = {
  'UNSIGNED-PAYLOAD': { kind: 'unsigned' },
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER': { kind: 'chunked', signed: false, hasTrailers: true },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD': { kind: 'chunked', signed: true, hasTrailers: false },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER': {
    kind: 'chunked',
    signed: true,
    hasTrailers: true,
  },
};

/** Throws S3Error InvalidArgument, NotImplemented. */
export function payloadMode(hash: string): PayloadMode {
  if (/^[0-9a-f]{64}$/.test(hash)) return { kind: 'hashed', sha256: hash };
  const mode = MODES[hash];
  if (mode) return mode;
  if (hash.startsWith('STREAMING-AWS4-ECDSA')) throw notImplemented('x-amz-content-sha256');
  throw invalidArgument(
    'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
    'x-amz-content-sha256',
    hash,
  );
}
