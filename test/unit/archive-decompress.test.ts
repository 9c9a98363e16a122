import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { decompress } from '../../shared/archive/decompress.ts';
import { isWherryError } from '../../shared/error.ts';
import { bytesOf, inChunks } from '../support/image/bytes.ts';
import { randomBytes } from '../support/image/random.ts';

/** RFC 8878, section 3.1.2. */
function skippable(size: number): Buffer {
  const frame = Buffer.alloc(8 + size, 7);
  frame.writeUInt32LE(0x184d2a50 + (size % 16));
  frame.writeUInt32LE(size, 4);
  return frame;
}

const encode = { gzip: gzipSync, zstd: zstdCompressSync };
const compression = fc.constantFrom('gzip' as const, 'zstd' as const);
const pieces = fc.array(
  fc
    .oneof(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 0, max: 400_000 }))
    .map((piece) =>
      typeof piece === 'number' ? Buffer.alloc(piece, 'some repeated words. ') : Buffer.from(piece),
    ),
  { minLength: 1, maxLength: 5 },
);
const chunkSizes = fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 4 });

test('any number of members and frames, cut anywhere', async () => {
  await fc.assert(
    fc.asyncProperty(
      compression,
      pieces,
      chunkSizes,
      fc.nat(40),
      async (kind, parts, sizes, skip) => {
        const stored = parts.flatMap((part) =>
          kind === 'zstd' ? [skippable(skip), encode[kind](part)] : [encode[kind](part)],
        );
        const source = inChunks(Buffer.concat(stored), sizes);
        assert.deepEqual(await bytesOf(decompress(source, kind, 'x')), Buffer.concat(parts));
      },
    ),
    { numRuns: 200 },
  );
});

test('data that ends early is refused, wherever it ends', async () => {
  await fc.assert(
    fc.asyncProperty(compression, pieces, chunkSizes, fc.nat(), async (kind, parts, sizes, at) => {
      const stored = parts.map((part) => encode[kind](part));
      const ends = new Set([0]);
      for (const [index] of stored.entries())
        ends.add(Buffer.concat(stored.slice(0, index + 1)).length);
      const whole = Buffer.concat(stored);
      const cut = at % whole.length;
      fc.pre(!ends.has(cut));
      await assert.rejects(
        bytesOf(decompress(inChunks(whole.subarray(0, cut), sizes), kind, 'x')),
        (error) => isWherryError(error, 'BAD_INPUT') && /cut off/.test(error.message),
      );
    }),
    { numRuns: 200 },
  );
});

test('what follows zstd frames and is none is refused, zeros after gzip are not', async () => {
  const garbage = Buffer.concat([zstdCompressSync(Buffer.from('a')), Buffer.from('garbage')]);
  await assert.rejects(bytesOf(decompress(inChunks(garbage, [1000]), 'zstd', 'x')), {
    code: 'CORRUPT',
  });

  const padding = Buffer.alloc(300_000);
  const padded = Buffer.concat([gzipSync(Buffer.from('a')), padding]);
  let read = 0;
  async function* counted() {
    for await (const chunk of inChunks(padded, [10_000])) {
      read += chunk.length;
      yield chunk;
    }
  }
  assert.equal(String(await bytesOf(decompress(counted(), 'gzip', 'x'))), 'a');
  assert.equal(read, padded.length);
});

test('blocks of every type and frames of every header', async () => {
  const plain = Buffer.concat([Buffer.alloc(300_000), Buffer.from('tail')]);
  const frames = [
    zstdCompressSync(plain, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
    zstdCompressSync(plain, { params: { [constants.ZSTD_c_contentSizeFlag]: 0 } }),
    zstdCompressSync(plain.subarray(0, 3)),
    zstdCompressSync(Buffer.alloc(0)),
  ];
  const expected = Buffer.concat([plain, plain, plain.subarray(0, 3)]);
  const source = inChunks(Buffer.concat(frames), [Number.MAX_SAFE_INTEGER]);
  assert.deepEqual(await bytesOf(decompress(source, 'zstd', 'x')), expected);
});

test('who stops reading closes the source', async () => {
  for (const kind of ['gzip', 'zstd'] as const) {
    let closed = false;
    async function* endless() {
      try {
        for (;;) yield encode[kind](randomBytes(100_000, 1));
      } finally {
        closed = true;
      }
    }
    for await (const _ of decompress(endless(), kind, 'x')) break;
    await setTimeout(20);
    assert.ok(closed, kind);
  }
});
