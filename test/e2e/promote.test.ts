import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { digestOf } from '../../shared/digest.ts';
import { parseTagReference } from '../../shared/image/reference.ts';
import { archiveOfImage, indexOfImages, platformImage } from '../support/platforms.ts';
import { run } from '../support/program.ts';
import { startTestS3 } from '../support/s3.ts';
import { openTestStore, pushArchive } from '../support/store.ts';
import { startWherry } from '../support/terminal.ts';

const ci = {
  GITHUB_ACTIONS: 'true',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'acme/api',
  GITHUB_RUN_ID: '17',
  GITHUB_ACTOR: 'alice',
  GITHUB_SHA: '4f2c1e',
};

suite('a tag that is promoted within a store', async () => {
  const s3 = await startTestS3({ after });
  Object.assign(process.env, s3.env);
  const images = await Promise.all(
    ['linux/amd64', 'linux/arm64'].map((name) => platformImage(name)),
  );
  const [amd64, arm64] = await Promise.all(images.map(archiveOfImage));
  const other = await archiveOfImage(await platformImage('linux/amd64', 'other'));
  assert.ok(amd64 && arm64);
  let count = 0;

  /** A store with api:new and api:production, and what runs wherry on it. */
  async function prepare() {
    const url = `s3://images/within-${count++}`;
    const env = { ...s3.env, WHERRY_STORE: url };
    const before = await pushArchive(url, 'api:production', other);
    const { digest } = await pushArchive(url, 'api:new', amd64 as Buffer);
    const promote = (...args: string[]) =>
      run('wherry', ['promote', 'api:new', 'api:production', '--json', ...args], { env });
    const store = await openTestStore(url);
    const recordOf = (name: string) => store.getTag(parseTagReference(name));
    return { url, env, before: before.digest, digest, promote, store, recordOf };
  }

  test('moves in under ten requests, without data, and tells who, from where and why', async () => {
    const { env, url, before, digest, recordOf } = await prepare();
    s3.requests.reset();
    const args = ['promote', 'api:new', 'api:production', '--yes', '--note', 'carts', '--json'];
    const result = await run('wherry', args, { env: { ...env, ...ci } });
    assert.equal(result.code, 0, result.stderr);
    assert.ok(s3.requests.count() < 10, `${s3.requests.count()} requests`);
    assert.equal(
      s3.requests.count(({ key }) => /\/(?:chunks|layers|blobs)\//.test(key)),
      0,
    );

    const from = { reference: 'api:new', sequence: 1 };
    const { seconds, plan, ...rest } = result.json();
    assert.ok(seconds > 0);
    assert.deepEqual(rest, {
      reference: 'api:production',
      store: url,
      digest,
      previous: before,
      platforms: ['linux/amd64'],
      sequence: 2,
      moved: true,
      from,
      objects: { copied: 0, carried: 0 },
      bytes: { image: rest.bytes.image, copied: 0, carried: 0 },
    });
    assert.deepEqual(plan.platforms, { added: [], kept: ['linux/amd64'], dropped: [] });
    assert.deepEqual([plan.moves, plan.last.sequence, plan.last.action], [true, 1, 'push']);
    const record = await recordOf('api:production');
    assert.deepEqual(
      { ...record?.by, ...record?.from, action: record?.action, note: record?.note },
      {
        user: 'alice',
        host: undefined,
        run: 'https://github.com/acme/api/actions/runs/17',
        commit: '4f2c1e',
        store: undefined,
        ...from,
        action: 'promote',
        note: 'carts',
      },
    );
    assert.equal(record?.previous, before);
    const { images, imageSize } = (await recordOf('api:new')) ?? {};
    assert.deepEqual([record?.images, record?.imageSize], [images, imageSize]);
    assert.match(result.stderr, /Promote +api:new\nTo +api:production of s3:/);
    assert.match(result.stderr, new RegExp(`Now +${before}, change 1: push.*\nThen +${digest}`));
  });

  test('what it points to already is success, without asking', async () => {
    const { promote, digest } = await prepare();
    assert.equal((await promote('--yes')).code, 0);
    const again = await promote();
    assert.equal(again.code, 0, again.stderr);
    assert.deepEqual([again.json().moved, again.json().sequence], [false, 2]);
    const { env } = await prepare();
    const same = await run('wherry', ['promote', 'api:new', 'api:new'], { env });
    assert.equal(same.stdout, `api:new is at ${digest} already.\n`);
  });

  test('--dry-run shows the plan, and --quiet gives the digest', async () => {
    const { promote, env, before, digest, recordOf } = await prepare();
    const dry = await promote('--dry-run');
    assert.equal(dry.code, 0, dry.stderr);
    assert.match(dry.stderr, /Then +sha256:/);
    assert.deepEqual([dry.json().moved, dry.json().plan.moves], [false, true]);
    assert.equal((await recordOf('api:production'))?.digest, before);
    const args = ['promote', 'api:new', 'api:production', '--yes', '--quiet'];
    const quiet = await run('wherry', args, { env });
    assert.deepEqual([quiet.stdout, quiet.stderr], [`${digest}\n`, '']);
  });

  test('a manifest by its digest, to a tag that is not there', async () => {
    const { env, digest, recordOf } = await prepare();
    const source = `api@${digest}`;
    const result = await run('wherry', ['promote', source, 'api:9', '--yes', '--json'], { env });
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stderr, /Now +not there/);
    assert.deepEqual(result.json().plan.platforms.added, ['linux/amd64']);
    const [record, pushed] = [await recordOf('api:9'), await recordOf('api:new')];
    assert.deepEqual([record?.sequence, record?.chunks], [1, pushed?.chunks]);
    assert.deepEqual(record?.from, { reference: source, store: undefined, sequence: undefined });
  });

  test('all platforms go along, or the one that is asked for; those that are lost are told', async () => {
    const { env, url, recordOf } = await prepare();
    const push = ['push', 'api:new', '--input', '-', '--add'];
    const pushed = await run('wherry', push, { env, stdin: arm64 });
    assert.equal(pushed.code, 0, pushed.stderr);
    const promote = (source: string, ...args: string[]) =>
      run('wherry', ['promote', source, 'api:production', '--yes', ...args], { env });
    const both = await promote('api:new');
    assert.match(both.stderr, /Platforms +linux\/amd64; new: linux\/arm64\n/);
    const index = digestOf(indexOfImages(images));
    assert.equal((await recordOf('api:production'))?.digest, index);
    const one = await promote('api:new', '--platform', 'linux/arm64');
    assert.match(one.stderr, /Platforms +linux\/arm64; no longer: linux\/amd64\n/);
    assert.deepEqual((await recordOf('api:production'))?.platforms, ['linux/arm64']);
    const none = await promote('api:new', '--platform', 'linux/s390x');
    assert.equal(none.code, 3);
    assert.match(none.stderr, /for linux\/amd64, linux\/arm64, not for linux\/s390x/);
    const again = await promote(`api@${index}`);
    assert.equal(again.code, 0, again.stderr);
    assert.deepEqual((await recordOf('api:production'))?.platforms, ['linux/amd64', 'linux/arm64']);
    const pull = ['pull', 'api:production', '--platform', 'linux/arm64', '--output', '-'];
    assert.equal((await run('wherry', pull, { env: { ...env, WHERRY_STORE: url } })).code, 0);
  });

  const wrong = digestOf(Buffer.from('wrong'));
  const refusals: [string, number, RegExp, string[]][] = [
    ['a wrong --expect', 6, /api:production points to .*expected at/, ['--yes', '--expect', wrong]],
    ['a tag that should not be there', 6, /expected to be absent/, ['--yes', '--expect', 'none']],
    ['a tag that is there', 6, /may not move \(--immutable\)/, ['--yes', '--immutable']],
    ['nobody to ask', 2, /Nobody can be asked here, so nothing was done/, []],
  ];
  for (const [name, code, message, args] of refusals) {
    test(`${name}: ${code}`, async () => {
      const { promote, before, recordOf } = await prepare();
      const refused = await promote(...args);
      assert.equal(refused.code, code, refused.stderr);
      assert.match(refused.stderr, message);
      assert.equal((await recordOf('api:production'))?.digest, before);
    });
  }

  test('a source that is not there: 3', async () => {
    const { env } = await prepare();
    for (const source of ['api:9', `api@${wrong}`]) {
      const missing = await run('wherry', ['promote', source, 'api:production', '--yes'], { env });
      assert.equal(missing.code, 3, missing.stderr);
      assert.match(missing.stderr, /There is no .* in s3:/);
    }
  });

  test('what was shown is what is done, whatever becomes of the source', async () => {
    const { env, url, digest, recordOf } = await prepare();
    const terminal = startWherry(['promote', 'api:new', 'api:production'], env, { isTTY: true });
    await terminal.shows(/Promote\? \[y\/N\]/);
    await pushArchive(url, 'api:new', other);
    terminal.type('y\n');
    assert.equal((await terminal.ended).code, 0);
    const record = await recordOf('api:production');
    assert.deepEqual([record?.digest, record?.from?.sequence], [digest, 1]);
  });

  test('a target that moved between plan and answer is a conflict: 6, who moved it is told', async () => {
    const { env, before, store, recordOf } = await prepare();
    const args = ['promote', 'api:new', 'api:production'];
    const terminal = startWherry(args, env, { isTTY: true });
    await terminal.shows(/Promote\? \[y\/N\]/);
    const mover = { ...env, ...ci };
    // There and back again: the digest is as it was, and yet it was moved.
    for (const source of ['api:new', `api@${before}`]) {
      await startWherry(['promote', source, 'api:production', '--yes'], mover).ended;
    }
    terminal.type('y\n');
    const { code, stderr } = await terminal.ended;
    assert.equal(code, 6, stderr);
    assert.match(stderr, /change 3, promote by alice in https:.*\); it moved meanwhile/);
    assert.equal((await recordOf('api:production'))?.sequence, 3);
    assert.equal((await store.listHistory(parseTagReference('api:production'))).length, 3);
  });

  test('an index that was stored for nothing is told of', async () => {
    const { env, url } = await prepare();
    const variants = ['linux/arm/v6', 'linux/arm/v7'];
    for (const image of await Promise.all(variants.map((name) => platformImage(name)))) {
      const push = ['push', 'api:new', '--input', '-', '--add'];
      const stdin = await archiveOfImage(image);
      assert.equal((await run('wherry', push, { env, stdin })).code, 0);
    }
    const args = ['promote', 'api:new', 'api:production', '--platform', 'linux/arm'];
    const terminal = startWherry(args, env, { isTTY: true });
    await terminal.shows(/Promote\? \[y\/N\]/);
    await pushArchive(url, 'api:production', arm64);
    terminal.type('y\n');
    const { code, stderr } = await terminal.ended;
    assert.equal(code, 6, stderr);
    assert.match(stderr, /it moved meanwhile\. The index of the platforms is stored, and stays\./);
  });

  test('a target that came and went between plan and answer is a conflict, too', async () => {
    const { env, url, store } = await prepare();
    const terminal = startWherry(['promote', 'api:new', 'api:9'], env, { isTTY: true });
    await terminal.shows(/Now +not there(?:.*\n)+Promote\? \[y\/N\]/);
    await pushArchive(url, 'api:9', other);
    const removed = await startWherry(['rm', 'api:9', '--yes'], { ...env, ...ci }).ended;
    assert.equal(removed.code, 0, removed.stderr);
    terminal.type('y\n');
    const { code, stderr } = await terminal.ended;
    assert.equal(code, 6, stderr);
    assert.match(
      stderr,
      /api:9 is gone since .* \(change 2, remove by alice in https:.*\); it moved meanwhile\. Nothing was done\./,
    );
    assert.equal((await store.listHistory(parseTagReference('api:9'))).length, 2);
  });

  test('a target that was removed is absent for --expect none; the plan tells who did it', async () => {
    const { env, promote, before, digest, recordOf } = await prepare();
    const rm = ['rm', 'api:production', '--yes'];
    assert.equal((await startWherry(rm, { ...env, ...ci }).ended).code, 0);
    assert.equal((await promote('--yes', '--expect', before)).code, 6);
    s3.requests.reset();
    const result = await promote('--yes', '--expect', 'none');
    assert.equal(result.code, 0, result.stderr);
    assert.ok(s3.requests.count() < 10, `${s3.requests.count()} requests`);
    assert.match(result.stderr, /Now +gone, change 2: remove by alice in https:/);
    const { previous, sequence, moved, plan } = result.json();
    assert.deepEqual([previous, sequence, moved], [undefined, 3, true]);
    assert.deepEqual([plan.last.sequence, plan.last.action], [2, 'remove']);
    assert.equal((await recordOf('api:production'))?.digest, digest);
  });

  test('50 at once with --expect: one wins, the others learn who', async () => {
    const { env, before, digest, store } = await prepare();
    const args = ['promote', 'api:new', 'api:production', '--yes', '--json', '--expect', before];
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) => {
        const actor = { ...ci, GITHUB_ACTOR: `user-${index}` };
        return startWherry(args, { ...env, ...actor }).ended;
      }),
    );
    const winners = results.flatMap(({ code }, index) => (code === 0 ? [index] : []));
    assert.equal(winners.length, 1);
    const who = new RegExp(
      `points to ${digest} since .* \\(change 2, promote by user-${winners[0]} `,
    );
    for (const { code, stderr } of results.filter((_, index) => index !== winners[0])) {
      assert.equal(code, 6, stderr);
      assert.match(stderr, who);
    }
    assert.equal((await store.listHistory(parseTagReference('api:production'))).length, 2);
  });
});
