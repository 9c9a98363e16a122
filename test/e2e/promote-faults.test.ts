import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { openBucket, parseLocation } from '../../shared/bucket/open.ts';
import { parseTagReference } from '../../shared/image/reference.ts';
import { buildImage } from '../support/image/build.ts';
import { randomBytes } from '../support/image/random.ts';
import { archiveOfImage } from '../support/platforms.ts';
import { run } from '../support/program.ts';
import { openTestStore, pushArchive } from '../support/store.ts';
import { tagChange } from '../support/tag-change.ts';
import { startWherry } from '../support/terminal.ts';
import { sizesIn, startOneServer, startTwoServers, type TwoStores } from '../support/two-stores.ts';

const [one, two] = await Promise.all(
  [1, 2].map(async (seed) => {
    const layers = [1, 2, 3].map((layer) => [
      { name: 'file', content: randomBytes(100_000, 10 * seed + layer) },
    ]);
    return archiveOfImage(await buildImage({ layers }));
  }),
);
assert.ok(one && two);
const [source, target] = ['s3://images/staging', 's3://prod/team'];
const production = parseTagReference('api:production');
/** Of each layer its chunk of content, for all have the same headers, and its recipe; config, manifest. */
const total = 8;
const asItWas = (copied: string) =>
  `The tag api:production of ${target} is as it was; ${copied} of ${total} objects were copied, ` +
  'and the next promote copies only the rest\\.';
const allCopied = `All ${total} objects that were missing are copied, and stay\\.`;

/** Another image in the target, and what promotes over it. */
async function prepare(stores: TwoStores) {
  const { env, settings, to } = stores;
  const { digest: before } = await pushArchive(target, 'api:production', two as Buffer, settings);
  await pushArchive(source, 'api:1', one as Buffer);
  const all = { ...env, WHERRY_STORE: source };
  const args = ['promote', 'api:1', 'api:production', '--json', ...to(target)];
  const atFirst = (await sizesIn(target, settings)).size;
  const tag = async () => (await openTestStore(target, settings)).getTag(production);
  return {
    promote: (...more: string[]) => run('wherry', [...args, '--yes', ...more], { env: all }),
    async untilAsked() {
      const terminal = startWherry(args, all, { isTTY: true });
      await terminal.shows(/Promote\? \[y\/N\]/);
      return terminal;
    },
    tag,
    async isAsItWas() {
      const { digest, sequence } = (await tag()) ?? {};
      assert.deepEqual([digest, sequence], [before, 1]);
    },
    /** How many objects the target has more than at first. */
    added: async () => (await sizesIn(target, settings)).size - atFirst,
  };
}

/** The bucket of the source, to do harm to it. */
async function chunksOfSource() {
  const bucket = await openBucket(parseLocation(source), { env: process.env });
  const keys = [...(await sizesIn(source)).keys()].filter((key) => key.startsWith('chunks/'));
  return { bucket, keys };
}

function check(result: { code: number | string; stderr: string }, code: number, message: string) {
  assert.equal(result.code, code, result.stderr);
  assert.match(result.stderr, new RegExp(message));
}

suite('a promotion that fails says what is done and what is not', () => {
  test('access denied half-way: 5, and the next one copies only the rest', async (t) => {
    let left = Number.POSITIVE_INFINITY;
    const authorize = ({ action }: { action: string }) => action !== 's3:PutObject' || left-- > 0;
    const { promote, isAsItWas, added } = await prepare(await startTwoServers(t, { authorize }));
    left = 3;
    const denied = await promote();
    check(denied, 5, `Could not store \\S+ in ${target}: access denied\\. ${asItWas('3')}`);
    await isAsItWas();
    assert.equal(await added(), 3);
    left = Number.POSITIVE_INFINITY;
    const again = await promote();
    assert.equal(again.code, 0, again.stderr);
    assert.equal(again.json().objects.copied, total - 3);
  });

  test('access denied to the tag alone: 5, all else is there', async (t) => {
    let isDenied = false;
    const authorize = ({ action, key }: { action: string; key: string }) =>
      !(isDenied && action === 's3:PutObject' && key.includes('/tags/'));
    const { promote, isAsItWas } = await prepare(await startTwoServers(t, { authorize }));
    isDenied = true;
    check(
      await promote(),
      5,
      `Could not store tags/\\S+ in \\S+ access denied\\. The tag \\S+ of \\S+ is as it was\\. ${allCopied}`,
    );
    await isAsItWas();
    isDenied = false;
    assert.deepEqual((await promote()).json().objects, { copied: 0, carried: 0 });
  });

  test('access denied to the history alone: 5, and that the tag has moved is told', async (t) => {
    let isDenied = false;
    const authorize = ({ action, key }: { action: string; key: string }) =>
      !(
        isDenied &&
        action === 's3:PutObject' &&
        key.endsWith('/history/api:production/0000000002')
      );
    const { promote, tag } = await prepare(await startTwoServers(t, { authorize }));
    isDenied = true;
    check(await promote(), 5, `access denied\\. The tag \\S+ of \\S+ has moved\\. ${allCopied}`);
    assert.equal((await tag())?.sequence, 2);
  });

  for (const [how, start] of Object.entries({ startTwoServers, startOneServer })) {
    test(`a source that vanishes after the plan (${how}): 4`, async (t) => {
      const { untilAsked, isAsItWas } = await prepare(await start(t));
      const terminal = await untilAsked();
      const { bucket, keys } = await chunksOfSource();
      for (const key of keys) await bucket.delete(key);
      terminal.type('y\n');
      check(await terminal.ended, 4, `The chunk sha256:\\w+ is missing\\. ${asItWas('0')}`);
      await isAsItWas();
    });
  }

  test('a source that lacks something: 4, before anything is copied', async (t) => {
    const { promote, isAsItWas, added } = await prepare(await startTwoServers(t));
    const { bucket, keys } = await chunksOfSource();
    await bucket.delete(keys[0] ?? '');
    check(await promote(), 4, 'The chunk sha256:\\w+ is missing\\.\n');
    await isAsItWas();
    assert.equal(await added(), 0);
  });

  test('a chunk that is corrupt in the source: 4, it goes nowhere', async (t) => {
    const stores = await startTwoServers(t);
    const { promote, isAsItWas } = await prepare(stores);
    const { bucket, keys } = await chunksOfSource();
    const [key = ''] = keys;
    const bytes = (await bucket.get(key))?.bytes ?? Buffer.alloc(0);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    await bucket.put(key, bytes);
    check(await promote(), 4, `The chunk \\S+ is corrupt: .* ${asItWas('\\d')}`);
    await isAsItWas();
    assert.equal((await sizesIn(target, stores.settings)).has(key), false);
  });

  test('a tag that is moved while it copies: 6, who moved it is told', async (t) => {
    const stores = await startTwoServers(t);
    const { untilAsked } = await prepare(stores);
    const terminal = await untilAsked();
    const store = await openTestStore(target, stores.settings);
    const by = { user: 'bob', host: 'desk' };
    await store.moveTag(production, { ...tagChange('other'), action: 'rollback', by });
    terminal.type('y\n');
    check(
      await terminal.ended,
      6,
      `change 2, rollback by bob on desk\\); it moved meanwhile\\. ${allCopied}`,
    );
  });

  for (const [name, option, message] of [
    ['a wrong --expect', '--expect=none', 'it was expected to be absent'],
    ['a tag that may not move', '--immutable', 'may not move'],
  ] as const) {
    test(`${name}: 6, before anything is copied`, async (t) => {
      const { promote, isAsItWas, added } = await prepare(await startTwoServers(t));
      check(await promote(option), 6, message);
      await isAsItWas();
      assert.equal(await added(), 0);
    });
  }

  test('a target that cannot be reached as it is told', async (t) => {
    const buckets = ['prod', { name: 'far', region: 'eu-central-1' }];
    const { promote } = await prepare(await startTwoServers(t, { buckets }));
    check(await promote('--to', 's3://gone'), 3, 'There is no bucket at s3://gone');
    check(
      await promote('--to', 's3://far'),
      2,
      'It is in eu-central-1\\.\n.*--to-region eu-central-1',
    );
    const other = ['--to-profile', 'nobody'];
    check(await promote(...other), 5, 'no AWS credentials');
    check(await promote('--store', 's3://gone'), 3, 'There is no bucket at s3://gone');
  });
});
