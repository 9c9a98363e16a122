import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { openFolderBucket } from '../../shared/bucket/folder/folder.ts';
import { meteredBucket, newMeter } from '../../shared/bucket/metered.ts';
import { contentOf, digestOf } from '../../shared/digest.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { silent } from '../../shared/events.ts';
import { openStore } from '../../shared/store/store.ts';
import type { TransferContext } from '../../shared/transfer/context.ts';
import { type PullResult, pull } from '../../shared/transfer/pull.ts';
import { push } from '../../shared/transfer/push.ts';
import { archiveOf } from '../support/image/archive.ts';
import { buildImage, type TestImage } from '../support/image/build.ts';
import { layouts } from '../support/image/layouts.ts';
import { randomBytes } from '../support/image/random.ts';
import { type Cleanup, tempFolder } from '../support/temp.ts';

const layer = (name: string, size: number) => [
  { name, content: randomBytes(size, contentOf(Buffer.from(name)).digest.charCodeAt(10)) },
];

/** What a push from an engine must give, and a pull into one that may have part of the image. */
export function transferContract(open: () => Engine): void {
  afterEach(async () => {
    const engine = open();
    for (const image of await engine.images()) {
      for (const name of image.tags.length > 0 ? image.tags : [image.id]) await engine.remove(name);
    }
  });

  test('a push gives the one digest, however the engine keeps the layers', async (t) => {
    const { one } = await prepare(t);
    for (const layout of ['oci', 'oci-gzip'] as const) {
      await open().load(
        archiveOf(await layouts[layout]([{ image: one, references: ['app:one'] }])),
      );
      await checkWhole(t, one, 'one');
      await open().remove('app:one');
    }
  });

  test('a full load brings every layer', async (t) => {
    const { store, two } = await prepare(t);
    const pulled = await store.pull('two');
    assert.deepEqual(pulled.layers, { total: 3, loaded: 3 });
    t.diagnostic(`moved ${pulled.bytes.downloaded} of ${pulled.bytes.image} bytes`);
    await checkWhole(t, two, 'two');
  });

  test('a delta load brings only the layers that the engine lacks', async (t) => {
    const { store, one, two } = await prepare(t);
    await store.pull('one');
    const pulled = await store.pull('two');
    assert.deepEqual(pulled.layers, { total: 3, loaded: 1 });
    assert.equal(pulled.fellBack, false);
    const top = two.layers[2]?.size ?? 0;
    assert.ok(pulled.bytes.downloaded < top + 20_000, `${pulled.bytes.downloaded} bytes of ${top}`);
    t.diagnostic(`moved ${pulled.bytes.downloaded} of ${pulled.bytes.image} bytes`);
    await checkWhole(t, two, 'two');
    await open().remove('app:one');
    await checkWhole(t, two, 'two');
    assert.equal((await store.pull('two')).upToDate, true);
    assert.notEqual(digestOf(one.manifest), digestOf(two.manifest));
  });

  test('a new config alone brings no layer', async (t) => {
    const { store, renamed } = await prepare(t);
    await store.pull('one');
    const pulled = await store.pull('renamed');
    assert.deepEqual(pulled.layers, { total: 2, loaded: 0 });
    await checkWhole(t, renamed, 'renamed');
  });

  test('--full brings them all', async (t) => {
    const { store, two } = await prepare(t);
    await store.pull('one');
    const pulled = await store.pull('two', { full: true });
    assert.deepEqual(pulled.layers, { total: 3, loaded: 3 });
    await checkWhole(t, two, 'two');
  });

  test('over a base that came from elsewhere, compressed, it is whole too', async (t) => {
    const { store, one, two } = await prepare(t);
    const members = await layouts['oci-gzip']([{ image: one, references: ['elsewhere:1'] }]);
    await open().load(archiveOf(members));
    await store.pull('two');
    await checkWhole(t, two, 'two');
  });

  test('when the base is gone by then, it loads in full and says so', async (t) => {
    const { store, one, two } = await prepare(t);
    await store.pull('one');
    const gone = await open().images();
    await open().remove('app:one');
    assert.deepEqual(await open().images(), []);
    const pulled = await store.pull('two', { engine: { ...open(), images: async () => gone } });
    assert.equal(pulled.fellBack, true);
    assert.deepEqual(pulled.layers, { total: 3, loaded: 3 });
    assert.match(store.notices.join(), /Loading in full/);
    await checkWhole(t, two, 'two');
    assert.equal((await open().images()).length, 1);
    assert.ok(one);
  });

  test('a stream that breaks leaves no image and no tag', async (t) => {
    const { store } = await prepare(t);
    store.hurt();
    await assert.rejects(store.pull('two'), { code: 'CORRUPT' });
    assert.deepEqual(await open().images(), []);
  });

  async function prepare(t: Cleanup) {
    const base = [layer('base', 400_000), layer('middle', 30_000)];
    const one = await buildImage({ layers: base });
    const renamed = await buildImage({ layers: base, overrides: { config: { Env: ['NEW=1'] } } });
    const two = await buildImage({ layers: [...base, layer('top', 20_000)] });
    const store = await openTestStore(t, open);
    await store.push(one, 'one');
    await store.push(two, 'two');
    await store.push(renamed, 'renamed');
    return { store, one, two, renamed };
  }

  /** An engine has an image whole when a push of it into an empty store gives the same digest. */
  async function checkWhole(t: Cleanup, image: TestImage, tag: string): Promise<void> {
    const store = await openTestStore(t, open);
    const pushed = await push(
      {
        source: { kind: 'engine', engine: open(), reference: `app:${tag}` },
        tags: [{ repository: 'check', tag: '1' }],
      },
      store.context(),
    );
    assert.equal(pushed.digest, digestOf(image.manifest));
  }
}

async function openTestStore(t: Cleanup, open: () => Engine) {
  const bucket = openFolderBucket(join(await tempFolder(t), 'store'));
  const notices: string[] = [];
  let hurt = false;
  const context = (): TransferContext => {
    const meter = newMeter();
    const get: typeof bucket.get = async (key, options) => {
      const object = await bucket.get(key, options);
      if (object && hurt && key.startsWith('chunks/'))
        object.bytes[20] = 255 - (object.bytes[20] ?? 0);
      return object;
    };
    const report: TransferContext['report'] = (event) => {
      if (event.type === 'notice') notices.push(event.text);
      else silent(event);
    };
    return { store: openStore(meteredBucket({ ...bucket, get }, meter)), meter, report };
  };
  return {
    notices,
    context,
    hurt: () => {
      hurt = true;
    },
    async push(image: TestImage, tag: string): Promise<void> {
      const members = await layouts.oci([{ image, references: [] }]);
      const source = { kind: 'archive' as const, open: () => archiveOf(members) };
      await push({ source, tags: [{ repository: 'app', tag }] }, context());
    },
    pull(tag: string, options: { full?: boolean; engine?: Engine } = {}): Promise<PullResult> {
      const { full, engine = open() } = options;
      const reference = { repository: 'app', tag, digest: undefined };
      const name = { repository: 'app', tag };
      return pull({ reference, tag: name, to: { kind: 'engine', engine }, full }, context());
    },
  };
}
