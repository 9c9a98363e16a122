import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { run } from '../support/program.ts';
import { buildReleases } from '../support/releases.ts';
import { startTestS3 } from '../support/s3.ts';
import { openTestStore, pushArchive } from '../support/store.ts';
import { tagChange } from '../support/tag-change.ts';

suite('wherry history', async () => {
  const s3 = await startTestS3({ after });
  Object.assign(process.env, s3.env);
  const url = 's3://images/history';
  const env = { ...s3.env, WHERRY_STORE: url };
  const [one, two] = await buildReleases(2);
  assert.ok(one && two);
  await pushArchive(url, 'api:1', one.archive);
  const ci = {
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTOR: 'alice',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'acme/api',
    GITHUB_RUN_ID: '17',
  };
  const args = ['push', 'api:1', '--input', '-', '--note', 'faster\ncarts'];
  const pushed = await run('wherry', args, { env: { ...env, ...ci }, stdin: two.archive });
  assert.equal(pushed.code, 0, pushed.stderr);

  test('shows every change, the newest first, with who and why', async () => {
    const { code, stdout } = await run('wherry', ['history', 'api:1'], { env });
    assert.equal(code, 0);
    const [head, ...rows] = stdout.trimEnd().split('\n');
    assert.match(head ?? '', /CHANGE +WHEN +ACTION +DIGEST +BY +FROM +NOTE/);
    assert.equal(rows.length, 2);
    const run17 = 'alice in https://github.com/acme/api/actions/runs/17';
    const short = two.digest.slice('sha256:'.length, 'sha256:'.length + 12);
    assert.match(
      rows[0] ?? '',
      new RegExp(`^\\* +2 +.* ago +push +${short} +${run17} +- +faster carts$`),
    );
    assert.match(rows[1] ?? '', /^ +1 +.* ago +push /);
  });

  test('gives whole records as JSON', async () => {
    const document = (await run('wherry', ['history', 'api:1', '--json'], { env })).json();
    assert.equal(document.reference, 'api:1');
    assert.equal(document.current, 2);
    const store = await openTestStore(url);
    const records = await store.listHistory({ repository: 'api', tag: '1' });
    assert.deepEqual(document.changes, JSON.parse(JSON.stringify(records)));
    assert.deepEqual(
      records.map(({ digest }) => digest),
      [two.digest, one.digest],
    );
  });

  test('--limit reads only the newest, and what is read is read at once', async () => {
    const store = await openTestStore(url);
    const tag = { repository: 'long', tag: '1' };
    for (let n = 1; n <= 60; n++) await store.moveTag(tag, tagChange(`${n}`));
    s3.requests.reset();
    const some = await run('wherry', ['history', 'long:1', '--limit', '3', '--json'], { env });
    const sequences = some.json().changes.map((change: { sequence: number }) => change.sequence);
    assert.deepEqual(sequences, [60, 59, 58]);
    assert.equal(s3.requests.count(), 4);

    s3.requests.reset();
    s3.conditions.latency = 100;
    const all = await run('wherry', ['history', 'long:1', '--json'], { env });
    s3.conditions.latency = 0;
    assert.equal(all.json().changes.length, 60);
    const reads = s3.requests.select({ operation: 'GetObject' });
    const together = reads.filter(({ time }) => time < (reads[1]?.time ?? 0) + 90).length;
    assert.ok(together > 10, `${together} reads at once`);
  });

  test('says so when there is none', async () => {
    const { code, stderr } = await run('wherry', ['history', 'api:9'], { env });
    assert.equal(code, 3);
    assert.match(stderr, /api:9 has no history in s3:\/\/images\/history/);
    for (const limit of ['0', '-1', 'many']) {
      assert.equal((await run('wherry', ['history', 'api:1', '--limit', limit], { env })).code, 2);
    }
  });
});
