import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { digestOf } from '../../shared/digest.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { archiveOf } from '../support/image/archive.ts';
import { buildImage } from '../support/image/build.ts';
import { layouts } from '../support/image/layouts.ts';
import type { Cleanup } from '../support/temp.ts';
import { checkWhole, layer, openTransferStore, removeImages } from './transfer-store.ts';

/** What a push from an engine must give, and a pull into one that may have part of the image. */
export function transferContract(open: () => Engine): void {
  afterEach(() => removeImages(open()));

  test('a push gives the one digest, however the engine keeps the layers', async (t) => {
    const { one } = await prepare(t, open);
    for (const layout of ['oci', 'oci-gzip'] as const) {
      await open().load(
        archiveOf(await layouts[layout]([{ image: one, references: ['app:one'] }])),
      );
      await checkWhole(t, open(), one, 'one');
      await open().remove('app:one');
    }
  });

  test('a full load brings every layer', async (t) => {
    const { store, two } = await prepare(t, open);
    const pulled = await store.pull('two');
    assert.deepEqual(pulled.layers, { total: 3, loaded: 3 });
    t.diagnostic(`moved ${pulled.bytes.downloaded} of ${pulled.bytes.image} bytes`);
    await checkWhole(t, open(), two, 'two');
  });

  test('a delta load brings only the layers that the engine lacks', async (t) => {
    const { store, one, two } = await prepare(t, open);
    await store.pull('one');
    const pulled = await store.pull('two');
    assert.deepEqual(pulled.layers, { total: 3, loaded: 1 });
    assert.equal(pulled.fellBack, false);
    const top = two.layers[2]?.size ?? 0;
    assert.ok(pulled.bytes.downloaded < top + 20_000, `${pulled.bytes.downloaded} bytes of ${top}`);
    t.diagnostic(`moved ${pulled.bytes.downloaded} of ${pulled.bytes.image} bytes`);
    await checkWhole(t, open(), two, 'two');
    await open().remove('app:one');
    await checkWhole(t, open(), two, 'two');
    assert.equal((await store.pull('two')).upToDate, true);
    assert.notEqual(digestOf(one.manifest), digestOf(two.manifest));
  });

  test('a new config alone brings no layer', async (t) => {
    const { store, renamed } = await prepare(t, open);
    await store.pull('one');
    const pulled = await store.pull('renamed');
    assert.deepEqual(pulled.layers, { total: 2, loaded: 0 });
    await checkWhole(t, open(), renamed, 'renamed');
  });

  test('--full brings them all', async (t) => {
    const { store, two } = await prepare(t, open);
    await store.pull('one');
    const pulled = await store.pull('two', { full: true });
    assert.deepEqual(pulled.layers, { total: 3, loaded: 3 });
    await checkWhole(t, open(), two, 'two');
  });

  test('over a base that came from elsewhere, compressed, it is whole too', async (t) => {
    const { store, one, two } = await prepare(t, open);
    const members = await layouts['oci-gzip']([{ image: one, references: ['elsewhere:1'] }]);
    await open().load(archiveOf(members));
    await store.pull('two');
    await checkWhole(t, open(), two, 'two');
  });

  test('when the base is gone by then, it loads in full and says so', async (t) => {
    const { store, one, two } = await prepare(t, open);
    await store.pull('one');
    const gone = await open().images();
    await open().remove('app:one');
    assert.deepEqual(await open().images(), []);
    const pulled = await store.pull('two', { engine: { ...open(), images: async () => gone } });
    assert.equal(pulled.fellBack, true);
    assert.deepEqual(pulled.layers, { total: 3, loaded: 3 });
    assert.match(store.notices.join(), /Loading in full/);
    await checkWhole(t, open(), two, 'two');
    assert.equal((await open().images()).length, 1);
    assert.ok(one);
  });

  test('a stream that breaks leaves no image and no tag', async (t) => {
    const { store } = await prepare(t, open);
    store.hurt();
    await assert.rejects(store.pull('two'), { code: 'CORRUPT' });
    assert.deepEqual(await open().images(), []);
  });
}

async function prepare(t: Cleanup, open: () => Engine) {
  const base = [layer('base', 400_000), layer('middle', 30_000)];
  const one = await buildImage({ layers: base });
  const renamed = await buildImage({ layers: base, overrides: { config: { Env: ['NEW=1'] } } });
  const two = await buildImage({ layers: [...base, layer('top', 20_000)] });
  const store = await openTransferStore(t, open);
  await store.push(one, 'one');
  await store.push(two, 'two');
  await store.push(renamed, 'renamed');
  return { store, one, two, renamed };
}
