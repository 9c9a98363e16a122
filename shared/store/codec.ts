import { promisify } from 'node:util';
import { constants, type ZstdOptions, zstdCompress, zstdDecompress } from 'node:zlib';
import { limited } from '../limit.ts';

/**
 * Frames made at once, and read at once: as many as libuv's pool has threads. Each has some 5 MB of
 * zstd's own besides, from the call on, and those that only wait for a thread have it for nothing.
 */
const framesAtOnce = 4;

const compressAsync = limited(framesAtOnce, (plain: Uint8Array, options: ZstdOptions) =>
  promisify(zstdCompress)(plain, options),
);
const decompressAsync = limited(framesAtOnce, (frame: Uint8Array, options: ZstdOptions) =>
  promisify(zstdDecompress)(frame, options),
);

/** zstd's own default: about 90 MB/s a core here, a tenth larger than level 9 at five times its speed. */
const level = 3;

/** One zstd frame of the bytes, made on the thread pool. How a chunk travels, never what it is. */
export async function compress(plain: Uint8Array): Promise<Buffer> {
  return compressAsync(plain, {
    params: { [constants.ZSTD_c_compressionLevel]: level },
    pledgedSrcSize: plain.length,
    // One buffer for all that halves, which most does; what does not takes a second one.
    chunkSize: Math.max(64, plain.length >> 1),
  });
}

/**
 * The plain bytes of zstd frames, made on the thread pool.
 *
 * @throws RangeError when they would be more than `most`, Error when the frame is broken
 */
export async function decompress(frame: Uint8Array, most: number): Promise<Buffer> {
  return decompressAsync(frame, {
    maxOutputLength: Math.max(1, most),
    // One buffer for all that compresses less than eightfold, without reserving `most` for the rest.
    chunkSize: Math.max(64, Math.min(most, frame.length * 8)),
  });
}
