import { checksumHeader } from '../body/checksum/algorithms.ts';
import type { StoredChecksum, StoredObject } from '../storage/object.ts';
import { attributeHeaders } from './attributes.ts';

/** What GetObject and HeadObject say of an object. */
export function objectHeaders(object: StoredObject): Record<string, string> {
  return {
    ...attributeHeaders(object),
    ...ENCRYPTION,
    'accept-ranges': 'bytes',
    etag: quoted(object.etag),
    'last-modified': new Date(object.lastModified).toUTCString(),
  };
}

/** S3 encrypts everything with its own keys, and says so. */
export const ENCRYPTION = { 'x-amz-server-side-encryption': 'AES256' };

export function checksumHeaders(checksum: StoredChecksum | undefined): Record<string, string> {
  if (!checksum) return {};
  return {
    [checksumHeader(checksum.algorithm)]: checksum.value,
    'x-amz-checksum-type': checksum.type,
  };
}

export function quoted(etag: string): string {
  return `"${etag}"`;
}
