import { CHECKSUM_ALGORITHMS, checksumHeader } from '../body/checksum/algorithms.ts';
import { notImplemented } from '../errors.ts';

/** The `x-amz-` headers that are heeded, or that change nothing here. */
const KNOWN = new Set([
  ...CHECKSUM_ALGORITHMS.map(checksumHeader),
  'x-amz-checksum-algorithm',
  'x-amz-checksum-mode',
  'x-amz-checksum-type',
  'x-amz-content-sha256',
  'x-amz-copy-source',
  'x-amz-copy-source-if-match',
  'x-amz-copy-source-if-modified-since',
  'x-amz-copy-source-if-none-match',
  'x-amz-copy-source-if-unmodified-since',
  'x-amz-copy-source-range',
  'x-amz-date',
  'x-amz-decoded-content-length',
  'x-amz-metadata-directive',
  'x-amz-mp-object-size',
  'x-amz-request-payer',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-security-token',
  'x-amz-storage-class',
  'x-amz-trailer',
  'x-amz-user-agent',
]);

/** Headers that S3 heeds in some of their values. */
const KNOWN_VALUES: Record<string, string[]> = {
  'x-amz-acl': ['private', 'bucket-owner-full-control'],
  'x-amz-server-side-encryption': ['AES256'],
  'x-amz-tagging-directive': ['COPY'],
};

/** Throws S3Error NotImplemented rather than ignore what a client asks for. */
export function requireKnownHeaders(headers: ReadonlyMap<string, string>): void {
  for (const [name, value] of headers) {
    const isKnown =
      !name.startsWith('x-amz-') ||
      name.startsWith('x-amz-meta-') ||
      KNOWN.has(name) ||
      KNOWN_VALUES[name]?.includes(value);
    if (!isKnown) throw notImplemented(name);
  }
  if (headers.has('if-range')) throw notImplemented('If-Range');
}
