import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { holdZeros } from '../../shared/transfer/hold-zeros.ts';
import { bytesOf } from '../support/image/bytes.ts';

async function* piecesOf(parts: Uint8Array[], failure?: Error): AsyncGenerator<Buffer> {
  for (const part of parts) yield Buffer.from(part);
  if (failure) throw failure;
}

const parts = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc.nat(200_000).map((size) => new Uint8Array(size)),
  ),
);

test('nothing is changed', async () => {
  await fc.assert(
    fc.asyncProperty(parts, async (given) => {
      const held = await bytesOf(holdZeros(piecesOf(given)));
      assert.ok(held.equals(Buffer.concat(given)));
    }),
  );
});

test('when the source fails, no zero at its end has come through', async () => {
  await fc.assert(
    fc.asyncProperty(parts, async (given) => {
      const seen: Buffer[] = [];
      const read = async () => {
        for await (const piece of holdZeros(piecesOf(given, new Error('broken')))) seen.push(piece);
      };
      await assert.rejects(read, /broken/);
      assert.notEqual(Buffer.concat(seen).at(-1), 0);
    }),
  );
});
