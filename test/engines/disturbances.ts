import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { afterEach, test } from 'node:test';
import Docker from 'dockerode';
import type { Engine } from '../../shared/engine/engine.ts';
import { isWherryError } from '../../shared/error.ts';
import { buildImage } from '../support/image/build.ts';
import type { Cleanup } from '../support/temp.ts';
import type { ThrowawayEngine } from './throwaway.ts';
import { checkWhole, layer, openTransferStore, removeImages } from './transfer-store.ts';

/**
 * What else may happen to an engine while a pull runs: the pull ends right or fails clean, and can
 * be run again.
 */
export function disturbanceContract(open: () => Engine, throwaway: () => ThrowawayEngine): void {
  afterEach(() => removeImages(open()));

  test('two pulls of one image at once: one waits, and loads nothing', async (t) => {
    const { store, two } = await prepare(t);
    const pulled = await Promise.all([store.pull('two'), store.pull('two')]);
    assert.deepEqual(pulled.map(({ upToDate }) => upToDate).sort(), [false, true]);
    assert.deepEqual(store.notices, ['Waiting for another pull on this machine.']);
    await checkWhole(t, open(), two, 'two');
  });

  test('two pulls over one base at once: one loads it, the other the rest', async (t) => {
    const { store, one, two } = await prepare(t);
    const pulled = await Promise.all([store.pull('one'), store.pull('two')]);
    assert.equal(pulled[0].layers.loaded + pulled[1].layers.loaded, 3);
    await checkWhole(t, open(), one, 'one');
    await checkWhole(t, open(), two, 'two');
  });

  const points = { before: 'before', middle: 'amid', end: 'at the end of' } as const;
  for (const [point, when] of Object.entries(points) as [Point, string][]) {
    test(`the base is removed ${when} a delta load: loaded in full`, async (t) => {
      const { store, two } = await prepare(t);
      await store.pull('one');
      const engine = disturbed(open(), point, () => open().remove('app:one'));
      const pulled = await store.pull('two', { engine });
      assert.equal(pulled.fellBack, true);
      assert.deepEqual(pulled.layers, { total: 3, loaded: 3 });
      await checkWhole(t, open(), two, 'two');
    });
  }

  test('a prune amid a delta load: loaded in full', async (t) => {
    const { store, two } = await prepare(t);
    await store.pull('one');
    const pulled = await store.pull('two', { engine: disturbed(open(), 'middle', prune) });
    assert.equal(pulled.fellBack, true);
    await checkWhole(t, open(), two, 'two');
  });

  test('a prune amid a full load: nothing is lost', async (t) => {
    const { store, two } = await prepare(t);
    const pulled = await store.pull('two', { engine: disturbed(open(), 'middle', prune) });
    assert.equal(pulled.fellBack, false);
    await checkWhole(t, open(), two, 'two');
  });

  test('the image is removed before it is tagged: it fails clean, and works again', async (t) => {
    const { store, two } = await prepare(t);
    const engine: Engine = {
      ...open(),
      async tag(reference, tag) {
        await open().remove(reference);
        await open().tag(reference, tag);
      },
    };
    const message = /removed from the engine before it could be tagged app:two/;
    await assert.rejects(store.pull('two', { engine }), { code: 'ENGINE_FAILED', message });
    assert.deepEqual(await open().images(), []);
    await store.pull('two');
    await checkWhole(t, open(), two, 'two');
  });

  const endings = {
    'is killed': async () => {
      await throwaway().kill();
      await throwaway().restart();
    },
    'is restarted': () => throwaway().restart(),
  };
  for (const [what, end] of Object.entries(endings)) {
    for (const kind of ['full', 'delta'] as const) {
      test(`the engine ${what} amid a ${kind} load: right or clean, and works again`, async (t) => {
        const { store, one, two } = await prepare(t);
        if (kind === 'delta') await store.pull('one');
        let ended: Promise<void> | undefined;
        const engine = disturbed(open(), 'middle', () => {
          ended = end();
          return ended;
        });
        const failure = await store.pull('two', { engine }).then(
          () => undefined,
          (error) => error,
        );
        await ended;
        if (failure) {
          assert.ok(isWherryError(failure), failure);
          assert.equal(failure.side, 'engine');
          assert.equal(await open().inspect('app:two'), undefined);
        }
        if (kind === 'delta') await checkWhole(t, open(), one, 'one');
        await store.pull('two');
        await checkWhole(t, open(), two, 'two');
      });
    }
  }

  async function prune(): Promise<void> {
    const docker = new Docker({ socketPath: throwaway().host.replace('unix://', '') });
    await docker.pruneImages({ filters: { dangling: { false: true } } });
  }

  async function prepare(t: Cleanup) {
    const base = [layer('base', 300_000), layer('middle', 30_000)];
    const one = await buildImage({ layers: base });
    const two = await buildImage({ layers: [...base, layer('big', 3_000_000)] });
    const store = await openTransferStore(t, open);
    await store.push(one, 'one');
    await store.push(two, 'two');
    return { store, one, two };
  }
}

type Point = 'before' | 'middle' | 'end';

/** Bytes of an archive that an engine must have begun to read when all of them were taken. */
const underWay = 2_000_000;

/** The engine, whose first load stands still at that point of the archive until `work` is done. */
function disturbed(engine: Engine, point: Point, work: () => Promise<unknown>): Engine {
  let loads = 0;
  return {
    ...engine,
    load(archive, signal) {
      if (++loads > 1) return engine.load(archive, signal);
      const pieces = standingStill(archive, point, work);
      return engine.load(Readable.from(pieces, { objectMode: false }), signal);
    },
  };
}

async function* standingStill(
  archive: AsyncIterable<Buffer>,
  point: Point,
  work: () => Promise<unknown>,
): AsyncGenerator<Buffer> {
  if (point === 'before') await work();
  let passed = 0;
  let last: Buffer | undefined;
  for await (const piece of archive) {
    if (last) yield last;
    const before = passed;
    passed += last?.length ?? 0;
    last = piece;
    if (point === 'middle' && before < underWay && passed >= underWay) await work();
  }
  if (point === 'end') await work();
  if (last) yield last;
}
