import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { after, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { digestOf } from '../../shared/digest.ts';
import { buildImage, type TestImage } from '../support/image/build.ts';
import { bytesOf } from '../support/image/bytes.ts';
import { writeLayout } from '../support/image/layouts.ts';
import { randomBytes } from '../support/image/random.ts';
import { run } from '../support/program.ts';
import { startTestS3 } from '../support/s3.ts';
import { openTestStore, pushArchive } from '../support/store.ts';

suite('a push that ends early', async () => {
  const s3 = await startTestS3({ after });
  const bytes = async (image: TestImage) =>
    bytesOf(await writeLayout({ image, references: ['api:1'] }, 'oci'));
  const base = [{ name: 'base', content: randomBytes(100_000, 1) }];
  const one = await buildImage({ layers: [base] });
  const two = await buildImage({
    layers: [base, [{ name: 'new', content: randomBytes(9_000_000, 2) }]],
  });
  const archives = { one: await bytes(one), two: await bytes(two) };

  const push = (store: string, stdin: Buffer, started?: (child: ChildProcess) => void) => {
    const env = { ...s3.env, WHERRY_STORE: store };
    return run('wherry', ['push', 'api:1', '--input', '-', '--json'], { env, stdin, started });
  };
  Object.assign(process.env, s3.env);
  const tagIn = async (store: string) => {
    const record = await (await openTestStore(store)).getTag({ repository: 'api', tag: '1' });
    assert.ok(record);
    return record;
  };
  /** Keys that were stored since the log was reset; an object that was there is not stored again. */
  const stored = () =>
    s3.requests.select({ operation: 'PutObject', status: 200 }).map(({ key }) => key);

  /** Pushes `two` over `one`, and ends the program when its nth request has come. */
  async function pushAndEnd(store: string, nth: number, signal: NodeJS.Signals) {
    await pushArchive(store, 'api:1', archives.one);
    s3.requests.reset();
    const remove = s3.faults.add({ match: { nth, times: 1 }, action: { type: 'never-answer' } });
    const pushed = push(store, archives.two, async (child) => {
      while (child.exitCode === null && s3.requests.count() < nth) await sleep(2);
      child.kill(signal);
    });
    const result = await pushed;
    remove();
    return { result, stored: stored(), requests: s3.requests.count() };
  }

  test('is invisible wherever it is killed, and the next one sends only the rest', async (t) => {
    let points = 0;
    for (let nth = 1; ; nth++) {
      const store = `s3://images/killed-${nth}`;
      const ended = await pushAndEnd(store, nth, 'SIGKILL');
      if (ended.result.code === 0) break;
      points++;
      assert.equal(ended.result.code, 'SIGKILL');
      const moved = ended.stored.some((key) => key.includes('/tags/'));
      const found = await tagIn(store);
      assert.equal(found.digest, digestOf(moved ? two.manifest : one.manifest), `killed at ${nth}`);

      s3.requests.reset();
      const again = await push(store, archives.two);
      assert.equal(again.code, 0, again.stderr);
      const twice = stored().filter((key) => ended.stored.includes(key));
      assert.deepEqual(twice, [], `sent again after being killed at ${nth}`);
      const { digest, sequence } = await tagIn(store);
      assert.equal(digest, digestOf(two.manifest));
      assert.equal(sequence, 2);
    }
    t.diagnostic(`killed at each of ${points} requests`);
    assert.ok(points >= 10);
  });

  test('by Ctrl-C: exit code 130, one line, and no tag moved', async () => {
    const { result } = await pushAndEnd('s3://images/interrupted', 6, 'SIGINT');
    assert.equal(result.code, 130);
    assert.match(result.stderr, /Interrupted\./);
    assert.equal(result.json().error.code, 'INTERRUPTED');
    assert.equal((await tagIn('s3://images/interrupted')).digest, digestOf(one.manifest));
  });

  test('because its input ends early: exit code 2, and no tag moved', async () => {
    const store = 's3://images/cut';
    await pushArchive(store, 'api:1', archives.one);
    for (const share of [0.1, 0.5, 0.99]) {
      const cut = archives.two.subarray(0, Math.floor(archives.two.length * share));
      const result = await push(store, cut);
      assert.equal(result.code, 2, result.stderr);
    }
    assert.equal((await tagIn(store)).digest, digestOf(one.manifest));
  });
});
