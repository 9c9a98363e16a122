import assert from 'node:assert/strict';
import fc from 'fast-check';
import { anyBytes, pieceSizes, type Sample, tar } from './arbitrary-tar.ts';
import { mergeAll, piecesOf, splitAll } from './streams.ts';

/** What holds of splitting and merging, for the tests and for {@link file://./fuzz.ts}. */
export const layerProperties: Record<string, fc.IAsyncProperty<unknown>> = {
  'merging what was split gives the same bytes': fc.asyncProperty(
    anyBytes,
    pieceSizes,
    pieceSizes,
    pieceSizes,
    async (bytes, splitSizes, metaSizes, contentSizes) => {
      const { meta, content } = splitAll(piecesOf(bytes, splitSizes));
      assert.equal(meta.length + content.length, bytes.length);
      const merged = await mergeAll(piecesOf(meta, metaSizes), piecesOf(content, contentSizes));
      assert.ok(merged.equals(bytes));
    },
  ),
  'the split does not depend on the pieces': fc.asyncProperty(
    anyBytes,
    pieceSizes,
    async (bytes, sizes) => {
      assert.deepEqual(splitAll(piecesOf(bytes, sizes)), splitAll([bytes]));
    },
  ),
  'content is what the regular files hold': fc.asyncProperty(
    tar,
    pieceSizes,
    async (sample: Sample, sizes) => {
      assert.ok(splitAll(piecesOf(sample.bytes, sizes)).content.equals(sample.content));
    },
  ),
};
