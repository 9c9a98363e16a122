import { blocks } from '../ahead.ts';
import type { Bucket, Options, Upload } from './bucket.ts';

const MiB = 1024 * 1024;

/** Parts on their way at once, as long as they are of the first size. */
const partsAtOnce = 4;

/**
 * Bytes of part `number`: 8 MiB for the first thousand, twice as much for each thousand after, so
 * that the 10,000 parts that S3 allows hold 7.8 TiB, more than the 5 TiB of an object.
 */
export function partSize(number: number): number {
  return 8 * MiB * 2 ** Math.floor((number - 1) / 1000);
}

/**
 * Stores a stream of unknown length as one object, which appears when all of it is there. Holds at
 * most five parts in memory; fewer as they grow.
 *
 * @returns bytes stored
 */
export async function writeObject(
  bucket: Bucket,
  key: string,
  pieces: AsyncIterable<Buffer>,
  options: Options = {},
): Promise<number> {
  let upload: Upload | undefined;
  let number = 0;
  let size = 0;
  const pending = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  try {
    for await (const block of blocks(pieces, partSize)) {
      if (failure) throw failure.error;
      if (number === 0 && block.length < partSize(1)) {
        await bucket.put(key, block, options);
        return block.length;
      }
      upload ??= await bucket.startUpload(key, options);
      number++;
      const sent: Promise<void> = upload
        .part(number, size, block)
        .catch((error) => {
          failure ??= { error };
        })
        .finally(() => pending.delete(sent));
      pending.add(sent);
      size += block.length;
      const most = Math.max(1, Math.floor((partsAtOnce * partSize(1)) / block.length));
      while (pending.size >= most) await Promise.race(pending);
    }
    await Promise.all(pending);
    if (failure) throw failure.error;
    if (!upload) await bucket.put(key, Buffer.alloc(0), options);
    else await upload.complete();
    return size;
  } catch (error) {
    await Promise.all(pending);
    await upload?.abort().catch(() => {});
    throw error;
  }
}
