import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { EngineImage } from '../../shared/engine/engine.ts';
import { WherryError } from '../../shared/error.ts';
import { layer, openTransferStore } from '../engines/transfer-store.ts';
import { buildImage } from '../support/image/build.ts';
import { type MemoryEngine, memoryEngine } from '../support/memory-engine.ts';

type Misbehave = Parameters<typeof memoryEngine>[0];

const [base, top] = [layer('base', 30_000), layer('top', 20_000)];

async function prepare(t: TestContext, misbehave?: Misbehave) {
  const engine = memoryEngine(misbehave);
  const store = await openTransferStore(t, () => engine);
  const one = await buildImage({ layers: [base] });
  const two = await buildImage({ layers: [base, top] });
  await store.push(one, 'one');
  await store.push(two, 'two');
  return { engine, store, one, two };
}

const failure = (message: string) => new WherryError('ENGINE_FAILED', message, { side: 'engine' });

/** What an engine may do with the second archive, which is the delta. */
const refusals: Record<string, (engine: MemoryEngine, image: EngineImage) => boolean> = {
  'answers that a layer is missing': () => {
    throw failure('The engine failed: layer not found.');
  },
  'reports that it could not unpack it, and keeps a broken image': ({ has }, image) => {
    has.set(image.id, { ...image, diffIds: [], tags: ['app:broken', 'app:broken-too'] });
    throw failure('The engine failed: Error unpacking image.');
  },
  'says that it loaded it, and has nothing': () => true,
  'says that it loaded it, and has it without layers': ({ has }, image) => {
    has.set(image.id, { ...image, diffIds: [] });
    return true;
  },
};

for (const [what, refuse] of Object.entries(refusals)) {
  test(`an engine that ${what}: that is removed, it is loaded in full, and told`, async (t) => {
    const left: string[] = [];
    const { engine, store, two } = await prepare(t, (nth, it, image) => {
      if (nth === 3) left.push(...it.has.keys());
      return nth === 2 && refuse(it, image);
    });
    const one = await store.pull('one');
    const pulled = await store.pull('two');
    assert.equal(pulled.fellBack, true);
    assert.deepEqual(pulled.layers, { total: 2, loaded: 2 });
    assert.deepEqual(
      engine.arrived.map(({ layers }) => layers),
      [[two.diffIds[0]], [two.diffIds[1]], two.diffIds],
    );
    assert.deepEqual(left, [one.imageId]);
    assert.match(store.notices.join(), /^Loading only what the engine lacks failed .*in full\.$/);
    assert.deepEqual((await engine.inspect('app:two'))?.diffIds, two.diffIds);
    assert.deepEqual(engine.has.get(two.id)?.tags, ['app:two']);
  });
}

test('an engine that refuses the whole image too is believed, and no tag is made', async (t) => {
  const { engine, store } = await prepare(t, (nth) => {
    if (nth > 1) throw failure(`The engine failed: no ${nth}.`);
    return false;
  });
  await store.pull('one');
  await assert.rejects(store.pull('two'), { code: 'ENGINE_FAILED', message: /no 3/ });
  assert.equal(await engine.inspect('app:two'), undefined);
});

test('two pulls at once: the second waits, finds what the first brought, and tags it', async (t) => {
  const { engine, store, one } = await prepare(t);
  const [first, second] = await Promise.all([store.pull('one'), store.pull('one')]);
  assert.deepEqual([first.upToDate, second.upToDate].sort(), [false, true]);
  assert.equal(engine.arrived.length, 1);
  assert.deepEqual(engine.has.get(one.id)?.tags, ['app:one']);
  assert.deepEqual(store.notices, ['Waiting for another pull on this machine.']);
});

test('a pull of what is there takes no turn', async (t) => {
  const { engine, store } = await prepare(t);
  await store.pull('one');
  const abandoned = Promise.withResolvers<never>();
  const loading = Promise.withResolvers<void>();
  const load = () => {
    loading.resolve();
    return abandoned.promise;
  };
  const second = store.pull('two', { engine: { ...engine, load } });
  await loading.promise;
  assert.equal((await store.pull('one')).upToDate, true);
  assert.deepEqual(store.notices, []);
  abandoned.reject(new Error('enough'));
  await assert.rejects(second, /enough/);
});
