import { digestOf } from '../digest.ts';

/**
 * JSON for an object that is not named by its digest: it carries the digest of all else in it, so
 * that a bit that was hurt on its way shows.
 */
export function encodeSealed(value: object): Buffer {
  return Buffer.from(`${JSON.stringify({ ...value, checksum: checksumOf(value) }, null, 2)}\n`);
}

/** Whether the parsed JSON is what was encoded, or has no checksum: another writer may not know it. */
export function isIntact(value: object): boolean {
  const { checksum, ...rest } = value as { checksum?: unknown };
  return checksum === undefined || checksum === checksumOf(rest);
}

/** Of the JSON without white space. */
function checksumOf(value: object): string {
  return digestOf(Buffer.from(JSON.stringify(value)));
}
