import { mapAhead } from '../ahead.ts';
import { WherryError } from '../error.ts';
import type { Bucket, ObjectInfo, Options } from './bucket.ts';

/** Bytes of a range, and how many are fetched at once: one stream of S3 gives some 85 MB/s. */
const rangeSize = 8 * 1024 * 1024;
const rangesAtOnce = 4;

/**
 * The bytes of an object, in order, by parallel ranges that are pinned to one version of it.
 *
 * @throws WherryError CONFLICT when the object changes meanwhile
 */
export async function* readObject(
  bucket: Bucket,
  { key, size, etag }: ObjectInfo,
  options: Options = {},
): AsyncGenerator<Buffer, void, undefined> {
  yield* mapAhead(ranges(size), rangesAtOnce, async (range) => {
    const part = await bucket.get(key, { ...options, range, ifMatch: etag });
    if (part?.bytes.length === range.length) return part.bytes;
    throw new WherryError('CONFLICT', `${key} was replaced while it was being read.`, {
      side: 'store',
      hint: 'Run the same command again.',
    });
  });
}

function* ranges(size: number): Generator<{ start: number; length: number }> {
  for (let start = 0; start < size; start += rangeSize) {
    yield { start, length: Math.min(rangeSize, size - start) };
  }
}
