import { merge } from '../../shared/layer/merge.ts';
import { Splitter } from '../../shared/layer/split.ts';

export interface Parts {
  meta: Buffer;
  content: Buffer;
}

/** Cuts bytes into pieces of the given sizes, over and over; the last piece may be shorter. */
export function* piecesOf(bytes: Buffer, sizes: number[]): Generator<Buffer> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] as number;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

export async function* streamOf(pieces: Iterable<Buffer>): AsyncGenerator<Buffer> {
  yield* pieces;
}

export function splitAll(pieces: Iterable<Buffer>): Parts {
  const meta: Buffer[] = [];
  const content: Buffer[] = [];
  const splitter = new Splitter({
    meta: (bytes) => meta.push(bytes),
    content: (bytes) => content.push(bytes),
  });
  for (const piece of pieces) splitter.push(piece);
  return { meta: Buffer.concat(meta), content: Buffer.concat(content) };
}

export async function mergeAll(meta: Iterable<Buffer>, content: Iterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of merge(streamOf(meta), streamOf(content))) pieces.push(piece);
  return Buffer.concat(pieces);
}
