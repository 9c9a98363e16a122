import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { openBucket, parseLocation } from '../../shared/bucket/open.ts';
import type { Digest } from '../../shared/digest.ts';
import { parseTagReference } from '../../shared/image/reference.ts';
import { run } from '../support/program.ts';
import { buildReleases } from '../support/releases.ts';
import { startTestS3 } from '../support/s3.ts';
import { openTestStore, pushArchive } from '../support/store.ts';
import { tagChange } from '../support/tag-change.ts';
import { tempFolder } from '../support/temp.ts';

suite('wherry rollback', async () => {
  const s3 = await startTestS3({ after });
  Object.assign(process.env, s3.env);
  const url = 's3://images/rollback';
  const releases = await buildReleases(3);
  const [one, two, three] = releases.map(({ digest }) => digest) as [Digest, Digest, Digest];
  const folder = await tempFolder({ after }, 'store');
  const env = { ...s3.env, WHERRY_STORE: url };
  const store = await openTestStore(url);

  /** A tag that the releases of these numbers were pushed to, one after another. */
  const pushed = async (tag: string, numbers: number[], to = url) => {
    for (const number of numbers) {
      await pushArchive(to, tag, releases[number - 1]?.archive ?? assert.fail());
    }
  };
  const rollback = (tag: string, args: string[] = ['--yes'], to = url) =>
    run('wherry', ['rollback', tag, '--json', ...args], { env: { ...env, WHERRY_STORE: to } });
  const line = async (tag: string) => {
    const history = await store.listHistory(parseTagReference(tag));
    return history.map(({ action, digest }) => `${action} ${digest}`).reverse();
  };

  for (const where of ['s3', 'folder']) {
    test(`goes to the change before, as a new change, in a ${where}`, async () => {
      const to = where === 's3' ? url : folder;
      await pushed('api:1', [1, 2], to);
      s3.requests.reset();
      const done = await rollback('api:1', ['--yes', '--note', 'carts are broken'], to);
      assert.equal(done.code, 0, done.stderr);
      assert.deepEqual(done.json(), {
        reference: 'api:1',
        digest: one,
        previous: two,
        restored: 1,
        sequence: 3,
        moved: true,
      });
      if (where === 's3') {
        assert.ok(s3.requests.count() < 10, `${s3.requests.count()} requests`);
        assert.equal(
          s3.requests.count(({ key }) => key.includes('/chunks/')),
          0,
        );
      }
      const opened = await openTestStore(to);
      const [last, ...before] = await opened.listHistory({ repository: 'api', tag: '1' });
      assert.equal(before.length, 2);
      assert.equal(last?.action, 'rollback');
      assert.deepEqual(last.from, { reference: 'api:1', store: undefined, sequence: 1 });
      assert.equal(last.note, 'carts are broken');
      assert.deepEqual(last.images, before[1]?.images);
      const inspected = await run('wherry', ['inspect', 'api:1', '--store', to], { env });
      assert.match(
        inspected.stdout,
        new RegExp(
          `Digest +${one}\\n.*rollback\\)\\nBy .*\\nFrom +change 1\\nNote +carts are broken\\n`,
        ),
      );
    });
  }

  test('done again it goes further back, and never to what was undone', async () => {
    await pushed('app:1', [1, 2, 3]);
    assert.equal((await rollback('app:1')).json().digest, two);
    assert.equal((await rollback('app:1')).json().digest, one);
    const more = await rollback('app:1');
    assert.equal(more.code, 3);
    assert.match(more.stderr, /nothing before change 5 to go back to/);
    assert.equal((await rollback('app:1', ['--to', '3', '--yes'])).json().digest, three);
    assert.equal((await rollback('app:1')).json().digest, two);
    await pushed('app:1', [1]);
    assert.equal((await rollback('app:1')).json().digest, two);
    assert.deepEqual(await line('app:1'), [
      ...[`push ${one}`, `push ${two}`, `push ${three}`],
      ...[`rollback ${two}`, `rollback ${one}`, `rollback ${three}`, `rollback ${two}`],
      ...[`push ${one}`, `rollback ${two}`],
    ]);
  });

  test('goes to a change by its number or digest; to where it is, it changes nothing', async () => {
    await pushed('to:1', [1, 2, 3]);
    assert.equal((await rollback('to:1', ['--to', '1', '--yes'])).json().sequence, 4);
    assert.equal((await rollback('to:1', ['--to', two, '--yes'])).json().restored, 2);
    const same = await rollback('to:1', ['--to', two, '--yes']);
    assert.deepEqual([same.json().moved, same.json().sequence], [false, 5]);
    assert.equal((await line('to:1')).length, 5);
  });

  test('refuses what it cannot go back to, and moves nothing', async () => {
    await pushed('no:1', [1, 2]);
    const nowhere = `sha256:${'0'.repeat(64)}`;
    const cases: [string[], number, RegExp][] = [
      [['no:9', '--yes'], 3, /There is no no:9/],
      [['no:1', '--to', '7', '--yes'], 3, /The history of no:1 has no change 7/],
      [['no:1', '--to', nowhere, '--yes'], 3, /no:1 never pointed to sha256:0000/],
      [['no:1', '--to', 'yesterday', '--yes'], 2, /not a digest/],
      [['no:1', '--expect', one, '--yes'], 6, /points to sha256:.*expected at/],
      [['no:1', '--expect', 'none', '--yes'], 6, /expected to be absent/],
      [['no:1'], 2, /Nobody can be asked here, so nothing was done/],
    ];
    for (const [args, code, message] of cases) {
      const result = await run('wherry', ['rollback', ...args], { env });
      assert.equal(result.code, code, result.stderr);
      assert.match(result.stderr, message);
    }
    assert.equal((await line('no:1')).length, 2);
  });

  test('refuses an image that is no longer in the store', async () => {
    const other = 's3://images/collected';
    await pushed('api:1', [1, 2], other);
    const bucket = await openBucket(parseLocation(other), { env: process.env });
    await bucket.delete(`blobs/${one.slice('sha256:'.length)}`);
    const result = await rollback('api:1', ['--yes'], other);
    assert.equal(result.code, 3);
    assert.match(result.stderr, new RegExp(`image of change 1 of api:1, ${one}, is no longer`));
    const [last] = await (await openTestStore(other)).listHistory(parseTagReference('api:1'));
    assert.equal(last?.sequence, 2);
  });

  test('--dry-run shows the plan and does nothing', async () => {
    await pushed('dry:1', [1, 2]);
    const result = await run('wherry', ['rollback', 'dry:1', '--dry-run'], { env });
    assert.equal(result.code, 0);
    assert.match(
      result.stdout,
      new RegExp(`now +${two} +\\(change 2, push.*\n +then +${one} +\\(change 1`),
    );
    assert.equal((await rollback('dry:1', ['--dry-run'])).json().moved, false);
    assert.equal((await line('dry:1')).length, 2);
  });

  test('the plan tells which platforms are lost', async () => {
    await pushed('less:1', [1]);
    const both = { ...tagChange('both'), platforms: ['linux/amd64', 'linux/arm64'] };
    await store.moveTag(parseTagReference('less:1'), both);
    const result = await run('wherry', ['rollback', 'less:1', '--dry-run'], { env });
    assert.match(result.stdout, /\n +loses +linux\/arm64\n$/);
  });

  test('of many at once with the same expectation, one moves it', async () => {
    await pushed('many:1', [1, 2]);
    const results = await Promise.all(
      Array.from({ length: 6 }, () => rollback('many:1', ['--yes', '--expect', two])),
    );
    assert.deepEqual(results.map(({ code }) => code).sort(), [0, 6, 6, 6, 6, 6]);
    assert.equal((await line('many:1')).length, 3);
  });
});
