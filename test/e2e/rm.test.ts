import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { parseTagReference } from '../../shared/image/reference.ts';
import { run } from '../support/program.ts';
import { buildReleases } from '../support/releases.ts';
import { startTestS3 } from '../support/s3.ts';
import { openTestStore, pushArchive } from '../support/store.ts';
import { tempFolder } from '../support/temp.ts';

suite('wherry rm', async () => {
  // As CI: it may write, and not delete.
  const s3 = await startTestS3(
    { after },
    { authorize: ({ action }) => !action.startsWith('s3:Delete') },
  );
  Object.assign(process.env, s3.env);
  const url = 's3://images/rm';
  const folder = await tempFolder({ after }, 'store');
  const [one, two] = await buildReleases(2);
  assert.ok(one && two);
  const wherry = (args: string[], store = url, stdin?: Buffer) =>
    run('wherry', args, { env: { ...s3.env, WHERRY_STORE: store }, ...(stdin && { stdin }) });

  for (const store of [url, folder]) {
    test(`removes a tag, and nothing else, in ${store === url ? 'S3' : 'a folder'}`, async () => {
      await pushArchive(store, 'api:1', one.archive);
      await pushArchive(store, 'api:2', two.archive);
      s3.requests.reset();
      const args = ['rm', 'api:1', '--yes', '--json', '--note', 'a mistake'];
      const removed = await wherry(args, store);
      assert.equal(removed.code, 0, removed.stderr);
      const document = { reference: 'api:1', digest: one.digest, sequence: 2, removed: true };
      assert.deepEqual(removed.json(), document);
      assert.ok(s3.requests.count() < 10, `${s3.requests.count()} requests`);
      assert.equal(s3.requests.count({ code: 'AccessDenied' }), 0);

      assert.equal((await wherry(['ls', '--quiet'], store)).stdout, 'api:2\n');
      for (const command of [['inspect'], ['pull', '--output', '-']]) {
        const { code, stderr } = await wherry([...command, 'api:1'], store);
        assert.equal(code, 3);
        assert.match(stderr, /There is no api:1/);
      }
      const { current, changes } = (await wherry(['history', 'api:1', '--json'], store)).json();
      assert.equal(current, null);
      assert.deepEqual(
        changes.map(({ action, digest, note }: Record<string, string>) => [action, digest, note]),
        [
          ['remove', one.digest, 'a mistake'],
          ['push', one.digest, undefined],
        ],
      );
      const history = (await wherry(['history', 'api:1'], store)).stdout;
      assert.doesNotMatch(history, /^\*/m);
    });

    test(`what it removed comes back, in ${store === url ? 'S3' : 'a folder'}`, async () => {
      const back = await wherry(['rollback', 'api:1', '--yes'], store);
      assert.match(back.stdout, /Rolled api:1 back to change 1 \(.*\), as change 3\./);
      assert.equal(
        (await wherry(['inspect', 'api:1', '--quiet'], store)).stdout.trim(),
        one.digest,
      );
      await wherry(['rm', 'api:1', '--yes'], store);
      const push = ['push', 'api:1', '--input', '-', '--expect', 'none', '--quiet'];
      const again = await wherry(push, store, two.archive);
      assert.equal(again.stdout.trim(), two.digest, again.stderr);
      const [last] = await (await openTestStore(store)).listHistory(parseTagReference('api:1'));
      assert.deepEqual([last?.sequence, last?.previous], [5, undefined]);
    });
  }

  test('refuses, and changes nothing', async () => {
    await pushArchive(url, 'no:1', one.archive);
    await pushArchive(url, 'gone:1', one.archive);
    await wherry(['rm', 'gone:1', '--yes']);
    const cases: [string[], number, RegExp][] = [
      [['no:9', '--yes'], 3, /There is no no:9/],
      [['gone:1', '--yes'], 3, /gone:1 was removed already, by change 2/],
      [['no:1', '--expect', two.digest, '--yes'], 6, /no:1 points to sha256:.*expected at/],
      [['no:1'], 2, /then +gone\n.*Nobody can be asked here, so nothing was done/s],
    ];
    for (const [args, code, message] of cases) {
      const result = await wherry(['rm', ...args]);
      assert.equal(result.code, code, result.stderr);
      assert.match(result.stderr, message);
    }
    const dry = await wherry(['rm', 'no:1', '--dry-run', '--json']);
    assert.equal(dry.json().removed, false);
    const store = await openTestStore(url);
    assert.equal((await store.getTag(parseTagReference('no:1')))?.sequence, 1);
    assert.equal((await store.listHistory(parseTagReference('gone:1'))).length, 2);
  });
});
