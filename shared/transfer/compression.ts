import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { blocks, mapAhead } from '../ahead.ts';
import { compress as zstdCompress } from '../store/codec.ts';

/** How a tarball is compressed, by the ending of its name. */
export type TarballCodec = 'none' | 'gzip' | 'zstd';

const gzipCompress = promisify(gzip);

/** Bytes of a block, and how many are compressed at once: libuv's pool has four threads. */
const blockSize = 4 * 1024 * 1024;
const blocksAtOnce = 4;

const codecs: Record<string, TarballCodec> = {
  '.tar': 'none',
  '.tar.gz': 'gzip',
  '.tgz': 'gzip',
  '.tar.zst': 'zstd',
  '.tzst': 'zstd',
};

/** How names of tarballs end. */
export const tarballEndings = Object.keys(codecs);

/** The codec that a name asks for by its ending; undefined for another. */
export function codecOfName(name: string): TarballCodec | undefined {
  const ending = tarballEndings.find((each) => name.endsWith(each));
  return ending === undefined ? undefined : codecs[ending];
}

/**
 * Compresses blocks in parallel, each a gzip member or a zstd frame of its own: both formats let
 * them follow one another (RFC 1952, 2.2; RFC 8878, 3.1), and every tool reads them so.
 */
export function compressTarball(
  pieces: AsyncIterable<Buffer>,
  codec: TarballCodec,
): AsyncIterable<Buffer> {
  if (codec === 'none') return pieces;
  const compress = codec === 'zstd' ? zstdCompress : gzipCompress;
  return mapAhead(
    blocks(pieces, () => blockSize),
    blocksAtOnce,
    (block) => compress(block),
  );
}
