import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { layerBytes } from '../../agent/serve/layer-bytes.ts';
import { type Content, contentOf, type Digest, digestOf } from '../../shared/digest.ts';
import { Chunker } from '../../shared/layer/chunk.ts';
import { Splitter } from '../../shared/layer/split.ts';
import type { Recipe } from '../../shared/store/recipe.ts';
import type { Store } from '../../shared/store/store.ts';
import { Window } from '../../shared/transfer/window.ts';
import { bytesOf } from '../support/image/bytes.ts';
import { random, randomBytes } from '../support/image/random.ts';
import { tarOf } from '../support/image/tar.ts';

const sizes = { min: 512, average: 2048, max: 8192 };

suite('the bytes of a layer, from its chunks', async () => {
  const tree = Array.from({ length: 60 }, (_, index) => ({
    name: `file-${index}`,
    content: randomBytes(Math.floor(random(index)() * 9_000), index),
  }));
  const layer = await bytesOf(tarOf(tree));
  const chunks = new Map<Digest, Buffer>();
  const recipe = cut(layer, chunks);
  const whole = { start: 0, end: layer.length };

  /** Reads a range, and tells what was fetched for it. */
  async function read(range: typeof whole | undefined, of: Recipe = recipe) {
    const fetched: Digest[] = [];
    const window = new Window(64 * 1024);
    const store = {
      async getChunk({ digest }: Content) {
        fetched.push(digest);
        assert.ok(window.used <= 64 * 1024);
        return chunks.get(digest);
      },
    } as unknown as Store;
    const source = { store, window, ahead: 16 * 1024, signal: new AbortController().signal };
    const bytes = await bytesOf(layerBytes(of, range, source));
    assert.equal(window.used, 0);
    return { bytes, fetched };
  }

  test('all of them', async () => {
    const { bytes, fetched } = await read(undefined);
    assert.ok(bytes.equals(layer));
    assert.equal(fetched.length, recipe.meta.length + recipe.content.length);
    assert.ok(recipe.meta.length > 3 && recipe.content.length > 60);
  });

  test('any range of them', async () => {
    const next = random(5);
    const place = () => Math.floor(next() * layer.length);
    const ranges = Array.from({ length: 200 }, () => {
      const [a, b] = [place(), place()];
      return { start: Math.min(a, b), end: Math.max(a, b) + 1 };
    });
    const borders = [0, 1, 511, 512, 513, layer.length - 1].flatMap((start) => [
      { start, end: start + 1 },
      { start, end: layer.length },
    ]);
    for (const range of [...borders, ...ranges]) {
      const { bytes } = await read(range);
      assert.ok(bytes.equals(layer.subarray(range.start, range.end)), JSON.stringify(range));
    }
  });

  test('of the content only the chunks near a range are fetched', async () => {
    const meta = recipe.meta.reduce((sum, { size }) => sum + size, 0);
    assert.ok(meta + 2 * sizes.max < layer.length / 3);
    for (let start = 0; start < layer.length; start += 10_007) {
      const { fetched } = await read({ start, end: start + 1 });
      const content = fetched.filter((digest) => recipe.content.some((c) => c.digest === digest));
      const bytes = content.reduce((sum, digest) => sum + (chunks.get(digest)?.length ?? 0), 0);
      assert.ok(bytes <= meta + 2 * sizes.max, `${bytes} bytes at ${start}`);
    }
  });

  test('the last byte of another layer than it should be does not come', async () => {
    const other = { ...recipe, diffId: digestOf(Buffer.from('other')) };
    const window = new Window(1e9);
    const store = { getChunk: async ({ digest }: Content) => chunks.get(digest) };
    const { signal } = new AbortController();
    const source = { store: store as unknown as Store, window, ahead: 0, signal };
    let came = 0;
    await assert.rejects(
      async () => {
        for await (const piece of layerBytes(other, undefined, source)) came += piece.length;
      },
      { code: 'CORRUPT' },
    );
    assert.ok(came > 0 && came < layer.length);
    assert.equal(window.used, 0);
  });

  test('streams that nobody reads on fetch what the window has room for, together', async () => {
    const file = [{ name: 'file', content: randomBytes(4_000_000, 9) }];
    const large = await bytesOf(tarOf(file));
    // Runs that are passed on as they are: what is gathered from smaller ones would be counted too.
    const pieces = new Map<Digest, Buffer>();
    const largeRecipe = cut(large, pieces, { min: 65_536, average: 131_072, max: 262_144 });
    const window = new Window(2_000_000);
    let fetched = 0;
    const store = {
      async getChunk({ digest, size }: Content) {
        fetched += size;
        return pieces.get(digest);
      },
    } as unknown as Store;
    const { signal } = new AbortController();
    const source = { store, window, ahead: 1e9, signal };
    const streams = Array.from({ length: 8 }, () => layerBytes(largeRecipe, undefined, source));
    const first = streams.map((stream) => stream.next());
    for (let turns = 0; turns < 100; turns++) await turn();
    assert.ok(fetched <= 2_000_000 && fetched > 1_000_000, `${fetched} bytes`);
    assert.ok(window.used >= fetched);

    const rest = streams.map(async (stream, index) => {
      const begun = await first[index];
      return Buffer.concat([begun?.value ?? Buffer.alloc(0), await bytesOf(stream)]);
    });
    for (const bytes of await Promise.all(rest)) assert.ok(bytes.equals(large));
    assert.equal(window.used, 0);
  });

  test('a window that is too small for all lets one stream through after another', async () => {
    const window = new Window(10 * 1024);
    const store = { getChunk: async ({ digest }: Content) => chunks.get(digest) };
    const { signal } = new AbortController();
    const source = { store: store as unknown as Store, window, ahead: 1e6, signal };
    const all = await Promise.all(
      Array.from({ length: 8 }, () => bytesOf(layerBytes(recipe, undefined, source))),
    );
    for (const bytes of all) assert.ok(bytes.equals(layer));
    assert.equal(window.used, 0);
  });
});

/** A layer's recipe, as a push makes it but of small chunks. */
function cut(layer: Buffer, chunks: Map<Digest, Buffer>, into = sizes): Recipe {
  const recipe: Recipe = { diffId: digestOf(layer), size: layer.length, meta: [], content: [] };
  const chunker = (list: Content[]) =>
    new Chunker(into, (chunk) => {
      const content = contentOf(chunk);
      list.push(content);
      chunks.set(content.digest, chunk);
    });
  const [meta, content] = [chunker(recipe.meta), chunker(recipe.content)];
  const splitter = new Splitter({
    meta: (bytes) => meta.push(bytes),
    content: (bytes) => content.push(bytes),
  });
  splitter.push(layer);
  meta.end();
  content.end();
  return recipe;
}
