import { createGunzip, createZstdDecompress } from 'node:zlib';
import { feed } from './feed.ts';
import { corruptArchive, truncatedArchive } from './refusal.ts';
import type { Compression } from './sniff.ts';
import { splitFrames } from './zstd-frames.ts';

/** Bytes of a chunk of plain data; a zstd block is as large at most (RFC 8878, 3.1.1.2.4). */
const chunkSize = 128 * 1024;

/**
 * The plain bytes of gzip data of any number of members or zstd data of any number of frames. Reads
 * the source to its end, also over zeros that follow gzip data.
 *
 * @param what names the data in errors
 * @throws WherryError BAD_INPUT when the data ends early, CORRUPT when it is damaged; the source's
 *   own errors as they are
 */
export async function* decompress(
  source: AsyncIterable<Buffer>,
  compression: Compression,
  what: string,
): AsyncGenerator<Buffer> {
  const gzip = compression === 'gzip';
  const codec = gzip ? createGunzip({ chunkSize }) : createZstdDecompress({ chunkSize });
  const fed = feed(gzip ? source : splitFrames(source), codec);
  try {
    yield* codec;
  } catch (error) {
    throw explain(error as NodeJS.ErrnoException, compression, what);
  } finally {
    codec.destroy();
  }
  await fed;
}

function explain(error: NodeJS.ErrnoException, compression: Compression, what: string): Error {
  if (error.code === 'Z_BUF_ERROR') {
    return truncatedArchive(`The ${compression} data of ${what}`, error);
  }
  return /^Z_|^ZSTD_/.test(error.code ?? '')
    ? corruptArchive(
        `The ${compression} data of ${what} cannot be decompressed (${error.message}).`,
        error,
      )
    : error;
}
