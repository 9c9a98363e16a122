import { S3Error } from '../errors.ts';
import type { ObjectAttributes } from '../storage/object.ts';

/** Headers that S3 keeps with an object and gives back. */
const KEPT_HEADERS = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];

const STORAGE_CLASSES = [
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
];

/** Bytes of all names and values of user metadata together. */
const MAX_METADATA_SIZE = 2048;

const METADATA_PREFIX = 'x-amz-meta-';

/** Throws S3Error MetadataTooLarge, InvalidStorageClass. */
export function attributesOf(requestHeaders: ReadonlyMap<string, string>): ObjectAttributes {
  const headers: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  for (const name of KEPT_HEADERS) {
    const value = requestHeaders.get(name);
    const kept = name === 'content-encoding' ? withoutAwsChunked(value) : value;
    if (kept) headers[name] = kept;
  }
  const metadata: Record<string, string> = {};
  let size = 0;
  for (const [name, value] of requestHeaders) {
    if (!name.startsWith(METADATA_PREFIX)) continue;
    const short = name.slice(METADATA_PREFIX.length);
    size += short.length + value.length;
    metadata[short] = value;
  }
  if (size > MAX_METADATA_SIZE) throw new S3Error('MetadataTooLarge');
  const storageClass = requestHeaders.get('x-amz-storage-class') ?? 'STANDARD';
  if (!STORAGE_CLASSES.includes(storageClass)) throw new S3Error('InvalidStorageClass');
  return { headers, metadata, storageClass };
}

export function attributeHeaders(attributes: ObjectAttributes): Record<string, string> {
  const headers = { ...attributes.headers };
  for (const [name, value] of Object.entries(attributes.metadata)) {
    headers[`${METADATA_PREFIX}${name}`] = value;
  }
  // S3 leaves the header out for the standard class.
  if (attributes.storageClass !== 'STANDARD') {
    headers['x-amz-storage-class'] = attributes.storageClass;
  }
  return headers;
}

/** `aws-chunked` is how the body travelled, not what it is. */
function withoutAwsChunked(value: string | undefined): string | undefined {
  return value
    ?.split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'aws-chunked')
    .join(',');
}
