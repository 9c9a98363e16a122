import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { parseTagReference } from '../../shared/image/reference.ts';
import type { AuthorizationRequest } from '../s3/server.ts';
import { buildImage } from '../support/image/build.ts';
import { randomBytes } from '../support/image/random.ts';
import { archiveOfImage } from '../support/platforms.ts';
import { run } from '../support/program.ts';
import { accessKeyId } from '../support/s3.ts';
import { openTestStore, pushArchive } from '../support/store.ts';
import { sizesIn, startOneServer, startTwoServers, type TwoStores } from '../support/two-stores.ts';

const base = [{ name: 'base', content: randomBytes(3_000_000, 1) }];
const big = randomBytes(20_000_000, 2);
const changed = Buffer.concat([
  big.subarray(0, 12_000_000),
  randomBytes(100, 3),
  big.subarray(12_000_000),
]);
const [one, two] = await Promise.all(
  [big, changed].map(async (content) =>
    archiveOfImage(await buildImage({ layers: [base, [{ name: 'app', content }]] })),
  ),
);
assert.ok(one && two);
const [source, target] = ['s3://images/staging', 's3://prod/team'];
const production = parseTagReference('api:production');

/** Objects that are shared by all tags: what a promotion copies. */
function contentsOf(sizes: Map<string, number>): Map<string, number> {
  return new Map([...sizes].filter(([key]) => /^(?:chunks|layers|blobs)\//.test(key)));
}

function lacking(sizes: Map<string, number>, there: Map<string, number>): Map<string, number> {
  return new Map([...contentsOf(sizes)].filter(([key]) => !there.has(key)));
}

function sum(sizes: Map<string, number>): number {
  return [...sizes.values()].reduce((total, size) => total + size, 0);
}

async function promote({ env, to }: TwoStores, ...args: string[]) {
  return run(
    'wherry',
    ['promote', 'api:1', 'api:production', '--yes', '--json', ...to(target), ...args],
    {
      env: { ...env, WHERRY_STORE: source },
    },
  );
}

suite('a promotion to another server, with other credentials', async () => {
  const stores = await startTwoServers({ after });
  const { staging, production: other, env, settings, at } = stores;

  test('copies what is missing, and nothing else, in as many requests', async () => {
    let there = new Map<string, number>();
    for (const [number, archive] of [one, two].entries()) {
      await pushArchive(source, 'api:1', archive);
      const missing = lacking(await sizesIn(source), there);
      staging.requests.reset();
      other.requests.reset();
      const result = await promote(stores, '--note', `release ${number}`);
      assert.equal(result.code, 0, result.stderr);
      assert.match(result.stderr, /objects, through this machine\n/);
      const { bytes, objects, plan, sequence } = result.json();
      assert.equal(sequence, number + 1);
      assert.deepEqual(objects, { copied: missing.size, carried: missing.size });
      assert.deepEqual([bytes.copied, bytes.carried], [sum(missing), sum(missing)]);
      assert.deepEqual([plan.copy.objects, plan.copy.bytes], [missing.size, sum(missing)]);

      const isContent = ({ key }: { key: string }) => /\/(?:chunks|layers|blobs)\//.test(key);
      const puts = other.requests.select(
        (each) => each.operation === 'PutObject' && isContent(each),
      );
      assert.equal(puts.length, missing.size);
      assert.equal(
        puts.reduce((total, { bytesIn }) => total + bytesIn, 0),
        sum(missing),
      );
      const chunk = ({ key }: { key: string }) => key.includes('/chunks/');
      const chunks = [...missing.keys()].filter((key) => chunk({ key: `/${key}` })).length;
      assert.equal(plan.copy.chunks, chunks);
      const reads = staging.requests.select(
        (each) => each.operation === 'GetObject' && chunk(each),
      );
      assert.equal(reads.length, chunks);
      // One HEAD for each size; of the target, for each chunk that is not known to be there.
      assert.equal(
        staging.requests.count((each) => each.operation === 'HeadObject' && chunk(each)),
        chunks,
      );
      const asked = other.requests.count((each) => each.operation === 'HeadObject' && chunk(each));
      assert.equal(asked, number === 0 ? 0 : chunks);
      // Tag, manifests and recipes on one side; format, tag and history on the other.
      assert.ok(staging.requests.count() <= 2 * missing.size + 8, `${staging.requests.count()}`);
      assert.ok(other.requests.count() <= 2 * missing.size + 14, `${other.requests.count()}`);

      there = await sizesIn(target, settings);
      assert.deepEqual(contentsOf(there), contentsOf(await sizesIn(source)));
      const pulled = await run(
        'wherry',
        ['pull', 'api:production', '--output', '-', ...at(target)],
        { env },
      );
      assert.equal(pulled.code, 0, pulled.stderr);
    }
    const history = await (await openTestStore(target, settings)).listHistory(production);
    assert.deepEqual(
      history.map(({ note, from, action }) => ({ note, from, action })),
      [2, 1].map((sequence) => ({
        note: `release ${sequence - 1}`,
        from: { reference: 'api:1', store: source, sequence },
        action: 'promote',
      })),
    );
  });

  test('copies nothing for a second tag of the same', async () => {
    const args = ['promote', 'api:1', 'api:2', '--yes', '--json', ...stores.to(target)];
    other.requests.reset();
    const result = await run('wherry', args, { env: { ...env, WHERRY_STORE: source } });
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(result.json().objects, { copied: 0, carried: 0 });
    assert.match(result.stderr, /To copy +nothing\n/);
    assert.ok(other.requests.count() < 10, `${other.requests.count()}`);
  });
});

test('a store of the same URL on another server is another one', async (t) => {
  const stores = await startTwoServers(t, { buckets: ['images'] });
  await pushArchive(source, 'api:1', one);
  const args = ['promote', 'api:1', 'api:production', '--yes', ...stores.to(source)];
  const result = await run('wherry', args, { env: { ...stores.env, WHERRY_STORE: source } });
  assert.equal(result.code, 0, result.stderr);
  const missing = contentsOf(await sizesIn(source));
  assert.deepEqual(contentsOf(await sizesIn(source, stores.settings)), missing);
  assert.match(
    result.stdout,
    /^Promoted api:production .* as change 1 in .*: copied .*, through this machine\.\n$/,
  );
});

suite('a promotion to another bucket of one server', async () => {
  test('has S3 copy, and no byte of it comes through here', async (t) => {
    const stores = await startOneServer(t);
    const { staging: s3, env, settings, at } = stores;
    await pushArchive(source, 'api:1', one);
    const missing = contentsOf(await sizesIn(source));
    s3.requests.reset();
    const result = await promote(stores);
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stderr, /within S3, where the credentials allow it\n/);
    const { objects, bytes } = result.json();
    assert.deepEqual(objects, { copied: missing.size, carried: 0 });
    assert.deepEqual([bytes.copied, bytes.carried], [sum(missing), 0]);
    assert.equal(s3.requests.count({ operation: 'CopyObject', status: 200 }), missing.size);
    const isCarried = ({ key }: { key: string }) => /team\/(?:chunks|layers|blobs)\//.test(key);
    assert.equal(
      s3.requests.count((each) => each.operation === 'PutObject' && isCarried(each)),
      0,
    );
    assert.equal(
      s3.requests.count((each) => each.operation === 'GetObject' && /chunks/.test(each.key)),
      0,
    );
    assert.deepEqual(contentsOf(await sizesIn(target, settings)), missing);
    const pulled = await run('wherry', ['pull', 'api:production', '--output', '-', ...at(target)], {
      env,
    });
    assert.equal(pulled.code, 0, pulled.stderr);
  });

  test('needs the permissions that its page names, and no other', async (t) => {
    const used = new Set<string>();
    const authorize = ({ principal, action, bucket }: AuthorizationRequest) => {
      used.add(`${principal.accessKeyId} ${action} ${bucket}`);
      return true;
    };
    const stores = await startOneServer(t, {}, { authorize });
    await pushArchive(source, 'api:1', one);
    await pushArchive(target, 'api:production', two, stores.settings);
    used.clear();
    assert.equal((await promote(stores)).code, 0);
    const mine = [...used].filter((each) => each.startsWith(accessKeyId)).toSorted();
    assert.deepEqual(mine, [`${accessKeyId} s3:GetObject images`]);
    const others = [...used].filter((each) => !each.startsWith(accessKeyId)).toSorted();
    assert.deepEqual(
      others.map((each) => each.replace(/^\S+ /, '')),
      ['s3:GetObject images', 's3:GetObject prod', 's3:ListBucket prod', 's3:PutObject prod'],
    );
  });

  test('goes through this machine where the credentials may not read the source, and says so', async (t) => {
    const stores = await startOneServer(t, { buckets: ['prod'] });
    await pushArchive(source, 'api:1', one);
    const missing = contentsOf(await sizesIn(source));
    const result = await promote(stores);
    assert.equal(result.code, 0, result.stderr);
    const notices = result.stderr.match(
      /S3 makes no copies here, so .* through this machine: .*access denied/g,
    );
    assert.equal(notices?.length, 1);
    assert.deepEqual(result.json().objects, { copied: missing.size, carried: missing.size });
    assert.deepEqual(contentsOf(await sizesIn(target, stores.settings)), missing);
  });
});
