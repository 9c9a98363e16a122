import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../../shared/digest.ts';
import { gear } from '../../shared/layer/gear.ts';
import { type ChunkSizes, defaultChunkSizes } from '../../shared/layer/sizes.ts';
import { chunksOf } from '../property/chunk-properties.ts';
import { pseudoRandom } from '../property/random.ts';

const KiB = 1024;
const MiB = 1024 * KiB;
/** A 64th of the default sizes, so that a few megabytes make many chunks. */
const small: ChunkSizes = { min: 8 * KiB, average: 32 * KiB, max: 128 * KiB };

const lengths = (bytes: Buffer, sizes: ChunkSizes): number[] =>
  chunksOf([bytes], sizes).map((chunk) => chunk.length);

// The three goldens below are the store's format. When one fails the code is wrong, not the test.

test('golden: the gear table', () => {
  const bytes = Buffer.alloc(4 * gear.length);
  gear.forEach((value, i) => {
    bytes.writeInt32BE(value, 4 * i);
  });
  assert.equal(bytes.subarray(0, 8).toString('hex'), '37ab9e3e83bcc40b');
  assert.equal(
    digestOf(bytes),
    'sha256:0455cd456a99e6590a2290c99b04f50808aac539d08eb92cf3aa02777b689274',
  );
});

test('golden: chunks of random bytes', () => {
  assert.deepEqual(
    lengths(pseudoRandom(16 * MiB, 7), defaultChunkSizes),
    [2667933, 2268102, 2395795, 2274642, 2505660, 1728919, 2936165],
  );
});

test('golden: chunks of text', () => {
  const words = Array.from(pseudoRandom(128 * KiB, 8), (byte) => `${byte} `).join('');
  assert.deepEqual(
    lengths(Buffer.from(words), small),
    [49101, 37234, 37923, 32990, 36229, 50230, 76444, 13219, 14675, 40949, 38838, 38303, 1849],
  );
});

test('bytes all the same are cut at the maximum', () => {
  assert.deepEqual(lengths(Buffer.alloc(20 * MiB), defaultChunkSizes), [8 * MiB, 8 * MiB, 4 * MiB]);
  for (const byte of [1, 0x20, 0xff]) {
    assert.deepEqual(lengths(Buffer.alloc(9 * MiB, byte), defaultChunkSizes), [8 * MiB, MiB]);
  }
});

test('chunks are about the average', () => {
  const found = lengths(pseudoRandom(32 * MiB, 9), small).slice(0, -1);
  const mean = found.reduce((sum, length) => sum + length, 0) / found.length;
  assert.ok(mean > 0.75 * small.average && mean < 1.35 * small.average, `${mean}`);
  const near = found.filter((length) => length > 16 * KiB && length < 64 * KiB);
  assert.ok(near.length > 0.8 * found.length, `${near.length} of ${found.length}`);
});

test('one byte more in the middle changes but a few chunks', () => {
  const bytes = pseudoRandom(8 * MiB, 10);
  const middle = bytes.length / 2;
  const longer = Buffer.concat([
    bytes.subarray(0, middle),
    Buffer.from('!'),
    bytes.subarray(middle),
  ]);
  const before = new Set(chunksOf([bytes], small).map(digestOf));
  const added = chunksOf([longer], small).filter((chunk) => !before.has(digestOf(chunk)));
  assert.ok(before.size > 150 && added.length >= 1 && added.length <= 4, `${added.length}`);
});

test('a chunk has memory of its own, of its own size', () => {
  const bytes = pseudoRandom(256 * KiB, 11);
  const chunks = [...chunksOf([bytes], small), ...chunksOf([bytes.subarray(0, 99)], small)];
  const copies = chunks.map((chunk) => Buffer.from(chunk));
  bytes.fill(0);
  assert.deepEqual(chunks, copies);
  assert.ok(chunks.every((chunk) => chunk.buffer.byteLength === chunk.length));
  assert.equal(new Set(chunks.map((chunk) => chunk.buffer)).size, chunks.length);
});

test('no bytes make no chunk', () => {
  assert.deepEqual(chunksOf([], small), []);
  assert.deepEqual(chunksOf([Buffer.alloc(0)], small), []);
});
