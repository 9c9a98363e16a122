import { createGzip, createZstdCompress, gzipSync, zstdCompressSync } from 'node:zlib';
import { feed } from '../../../shared/archive/feed.ts';

/**
 * How bytes are stored: `gzip-members` and `zstd-frames` are many members and frames, the latter
 * with skippable frames between them, as pzstd and zstd:chunked write them.
 */
export type Codec = 'plain' | 'gzip' | 'gzip-members' | 'zstd' | 'zstd-frames';

/** Plain bytes of a member or frame. */
const pieceSize = 100_000;

export function compress(source: AsyncIterable<Buffer>, codec: Codec): AsyncIterable<Buffer> {
  if (codec === 'plain') return source;
  if (codec === 'gzip-members') return pieces(source, (piece) => gzipSync(piece, { level: 1 }));
  if (codec === 'zstd-frames') {
    return pieces(source, (piece) => Buffer.concat([skippable, zstdCompressSync(piece)]));
  }
  const stream = codec === 'gzip' ? createGzip({ level: 1 }) : createZstdCompress();
  void feed(source, stream);
  return stream;
}

/** RFC 8878, section 3.1.2. */
const skippable = Buffer.from('552a4d18050000006162636465', 'hex');

async function* pieces(
  source: AsyncIterable<Buffer>,
  encode: (piece: Buffer) => Buffer,
): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += pieceSize) {
      yield encode(chunk.subarray(at, at + pieceSize));
    }
  }
}
