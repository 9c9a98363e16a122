import { createHash } from 'node:crypto';
import { Chunker } from '../../shared/layer/chunk.ts';
import { merge } from '../../shared/layer/merge.ts';
import { defaultChunkSizes } from '../../shared/layer/sizes.ts';
import { Splitter } from '../../shared/layer/split.ts';
import { sourceTree } from '../property/source-tree.ts';
import { piecesOf, splitAll, streamOf } from '../property/streams.ts';

// How fast a layer is split, chunked and merged, against SHA-256 of the same bytes in the same run:
// the ratio holds on other machines, the MB/s do not. Usage: node test/bench/chunk.ts [MiB]

const pieceSize = 64 * 1024;
const rounds = 5;

function hash(bytes: Buffer): void {
  const sum = createHash('sha256');
  for (const piece of piecesOf(bytes, [pieceSize])) sum.update(piece);
  sum.digest();
}

function splitOnly(bytes: Buffer): void {
  let count = 0;
  const add = (run: Buffer): void => {
    count += run.length;
  };
  const splitter = new Splitter({ meta: add, content: add });
  for (const piece of piecesOf(bytes, [pieceSize])) splitter.push(piece);
  if (count !== bytes.length) throw new Error(`split ${count} bytes of ${bytes.length}`);
}

function chunkOnly(bytes: Buffer): void {
  const chunker = new Chunker(defaultChunkSizes, () => {});
  for (const piece of piecesOf(bytes, [pieceSize])) chunker.push(piece);
  chunker.end();
}

function splitAndChunk(bytes: Buffer): void {
  const meta = new Chunker(defaultChunkSizes, () => {});
  const content = new Chunker(defaultChunkSizes, () => {});
  const splitter = new Splitter({ meta: (b) => meta.push(b), content: (b) => content.push(b) });
  for (const piece of piecesOf(bytes, [pieceSize])) splitter.push(piece);
  meta.end();
  content.end();
}

const layer = sourceTree(Number(process.argv[2] ?? 256) * 1024 * 1024);
const parts = splitAll([layer]);

const chunked = (bytes: Buffer): AsyncIterable<Buffer> =>
  streamOf(piecesOf(bytes, [defaultChunkSizes.average]));

async function mergeOnly(): Promise<void> {
  let count = 0;
  for await (const piece of merge(chunked(parts.meta), chunked(parts.content))) {
    count += piece.length;
  }
  if (count !== layer.length) throw new Error(`merged ${count} bytes of ${layer.length}`);
}

const jobs: Record<string, () => void | Promise<void>> = {
  sha256: () => hash(layer),
  split: () => splitOnly(layer),
  chunk: () => chunkOnly(layer),
  'split and chunk': () => splitAndChunk(layer),
  merge: mergeOnly,
};

const best: Record<string, number> = {};
for (let round = 0; round < rounds; round++) {
  for (const [name, job] of Object.entries(jobs)) {
    const start = performance.now();
    await job();
    const rate = layer.length / 1e3 / (performance.now() - start);
    best[name] = Math.max(best[name] ?? 0, rate);
  }
}
for (const [name, rate] of Object.entries(best)) {
  const ratio = rate / (best.sha256 as number);
  process.stdout.write(
    `${name.padEnd(16)} ${rate.toFixed(0).padStart(6)} MB/s  ${ratio.toFixed(2)}\n`,
  );
}
