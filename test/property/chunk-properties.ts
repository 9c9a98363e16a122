import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Chunker } from '../../shared/layer/chunk.ts';
import { gear } from '../../shared/layer/gear.ts';
import type { ChunkSizes } from '../../shared/layer/sizes.ts';
import { pieceSizes } from './arbitrary-tar.ts';
import { pseudoRandom } from './random.ts';
import { piecesOf } from './streams.ts';

export function chunksOf(pieces: Iterable<Buffer>, sizes: ChunkSizes): Buffer[] {
  const chunks: Buffer[] = [];
  const chunker = new Chunker(sizes, (chunk) => chunks.push(chunk));
  for (const piece of pieces) chunker.push(piece);
  chunker.end();
  return chunks;
}

/** FastCDC one byte at a time over bytes that are all there, after the pseudocode of the paper. */
function paperCut(bytes: Buffer, { min, average, max }: ChunkSizes): number {
  const bits = Math.log2(average);
  const limit = Math.min(bytes.length, max);
  let hash = 0;
  for (let i = min; i < limit; i++) {
    hash = ((hash << 1) + (gear[bytes[i] as number] as number)) >>> 0;
    const zeros = i < average ? bits + 2 : bits - 2;
    if (hash < 2 ** (32 - zeros)) return i + 1;
  }
  return limit;
}

function paperChunks(bytes: Buffer, sizes: ChunkSizes): Buffer[] {
  const chunks: Buffer[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    const cut = paperCut(rest, sizes);
    chunks.push(rest.subarray(0, cut));
    rest = rest.subarray(cut);
  }
  return chunks;
}

const chunkSizes: fc.Arbitrary<ChunkSizes> = fc
  .tuple(fc.integer({ min: 7, max: 12 }), fc.nat(), fc.nat())
  .map(([bits, low, high]) => {
    const average = 2 ** bits;
    return {
      min: 64 + (low % (average - 64)),
      average,
      max: average + 1 + (high % (average * 8)),
    };
  });

/** Random bytes in which stretches of one byte lie. */
const stream = fc
  .tuple(fc.nat(60_000), fc.nat(), fc.array(fc.tuple(fc.nat(60_000), fc.nat(9000), fc.nat(255))))
  .map(([size, seed, stretches]) => {
    const bytes = pseudoRandom(size, seed);
    for (const [at, length, value] of stretches) bytes.subarray(at, at + length).fill(value);
    return bytes;
  });

/** What holds of chunking, for the tests and for {@link file://./fuzz.ts}. */
export const chunkProperties: Record<string, fc.IAsyncProperty<unknown>> = {
  'chunks are those of the paper, in whatever pieces the bytes come': fc.asyncProperty(
    stream,
    chunkSizes,
    pieceSizes,
    async (bytes, sizes, pieces) => {
      assert.deepEqual(chunksOf(piecesOf(bytes, pieces), sizes), paperChunks(bytes, sizes));
    },
  ),
  'chunks joined are the stream, and all but the last have a size from min to max':
    fc.asyncProperty(stream, chunkSizes, pieceSizes, async (bytes, sizes, pieces) => {
      const chunks = chunksOf(piecesOf(bytes, pieces), sizes);
      assert.ok(Buffer.concat(chunks).equals(bytes));
      assert.ok(chunks.every(({ length }) => length > 0 && length <= sizes.max));
      assert.ok(chunks.slice(0, -1).every(({ length }) => length >= sizes.min));
    }),
};
