import { checksumHeader, checksumProperties } from '../body/checksum/algorithms.ts';
import { S3Error } from '../errors.ts';
import type { StoredChecksum } from '../storage/object.ts';
import type { Part, Upload } from '../storage/uploads.ts';

/**
 * The checksum of a completed upload, from those of its parts; undefined when it was created
 * without one. Throws S3Error BadDigest when `headers` claim another.
 */
export function joinedChecksum(
  upload: Upload,
  parts: readonly Part[],
  headers: ReadonlyMap<string, string>,
): StoredChecksum | undefined {
  if (!upload.checksum) return undefined;
  const { algorithm, type } = upload.checksum;
  const value = type === 'COMPOSITE' ? composite(upload, parts) : fullObject(upload, parts);
  const claimed = headers.get(checksumHeader(algorithm));
  if (claimed !== undefined && claimed.replace(/-\d+$/, '') !== value.replace(/-\d+$/, '')) {
    throw new S3Error('BadDigest', {
      message: `The ${algorithm} you specified did not match the calculated checksum.`,
    });
  }
  return { algorithm, type, value };
}

function composite(upload: Upload, parts: readonly Part[]): string {
  const hasher = checksumProperties(algorithmOf(upload)).create();
  for (const part of parts) hasher.update(bytesOf(part));
  return `${hasher.digest().toString('base64')}-${parts.length}`;
}

function fullObject(upload: Upload, parts: readonly Part[]): string {
  const { length, combiner } = checksumProperties(algorithmOf(upload));
  const combine = combiner?.();
  if (!combine) throw new Error(`${algorithmOf(upload)} cannot be combined`);
  const crc = parts.reduce(
    (sum, part) =>
      combine.combine(sum, BigInt(`0x${bytesOf(part).toString('hex')}`), part.segment.size),
    0n,
  );
  return Buffer.from(crc.toString(16).padStart(length * 2, '0'), 'hex').toString('base64');
}

function algorithmOf(upload: Upload) {
  if (!upload.checksum) throw new Error('the upload has no checksum');
  return upload.checksum.algorithm;
}

function bytesOf(part: Part): Buffer {
  if (!part.checksum) throw new Error(`part ${part.number} has no checksum`);
  return Buffer.from(part.checksum.value, 'base64');
}
