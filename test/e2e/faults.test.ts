import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import type { FaultAction } from '../s3/server.ts';
import { buildImage } from '../support/image/build.ts';
import { bytesOf } from '../support/image/bytes.ts';
import { writeLayout } from '../support/image/layouts.ts';
import { randomBytes } from '../support/image/random.ts';
import { run } from '../support/program.ts';
import { startTestS3 } from '../support/s3.ts';
import { pushArchive } from '../support/store.ts';

const image = await buildImage({
  layers: [[{ name: 'random', content: randomBytes(24_000_000, 7) }]],
});
const archive = await bytesOf(await writeLayout({ image, references: ['api:1'] }, 'oci'));
const push = ['push', 'api:1', '--input', '-'];
const pull = ['pull', 'api:1', '--output', '-'];

suite('a chunk whose body goes wrong is fetched again, only that chunk', async () => {
  const s3 = await startTestS3({ after });
  Object.assign(process.env, s3.env);
  await pushArchive('s3://images', 'api:1', archive);
  const intact = await run('wherry', pull, { env: { ...s3.env, WHERRY_STORE: 's3://images' } });
  assert.equal(intact.code, 0, intact.stderr);

  const tried = /; try 2 in/;
  const raced = /asking once more/;
  const cut = { type: 'truncate', after: 100_000 } as const;
  const bodies: [string, FaultAction, RegExp][] = [
    ['cut short', { ...cut, contentLength: 'full' }, tried],
    ['cut short, and said to be so', { ...cut, contentLength: 'consistent' }, /Fetching it again/],
    ['broken off', { type: 'reset-response', after: 100_000 }, tried],
    ['stalled, long before it counts as such', { type: 'stall-response', after: 100_000 }, raced],
    ['that never comes', { type: 'never-answer' }, raced],
  ];
  for (const [how, action, told] of bodies) {
    test(how, async () => {
      s3.requests.reset();
      s3.faults.set([
        { match: { operation: 'GetObject', key: /^chunks/, nth: 4, times: 1 }, action },
      ]);
      const result = await run('wherry', [...pull, '--log-level', 'debug'], {
        env: { ...s3.env, WHERRY_STORE: 's3://images' },
      });
      assert.equal(result.code, 0, result.stderr);
      assert.ok(result.bytes.equals(intact.bytes));
      assert.equal(s3.faults.struck[0], 1);
      assert.match(result.stderr, told);
      assert.doesNotMatch(result.stderr, /stalled|nothing came/);

      const fetched = s3.requests.select(({ key }) => key.startsWith('chunks/'));
      const sizes = new Map<string, number>();
      for (const { key, bytesOut } of fetched) {
        sizes.set(key, Math.max(sizes.get(key) ?? 0, bytesOut));
      }
      // On a machine with much else to do a read that is only slow may be raced, too.
      const explained = result.stderr.match(
        /asking once more|; try \d+ in|Fetching it again/g,
      )?.length;
      assert.equal(fetched.length - sizes.size, explained);
      const once = [...sizes.values()].reduce((sum, size) => sum + size, 0);
      const wasted = s3.requests.bytesOut(({ key }) => key.startsWith('chunks/')) - once;
      const others = ((explained ?? 0) - 1) * 8 * 1024 * 1024;
      assert.ok(wasted <= 100_000 + 65_536 + others, `${wasted} bytes were fetched twice`);
    });
  }
});

suite('S3 asks to slow down', async () => {
  const s3 = await startTestS3({ after }, { maxConcurrent: 1, latency: 50 });
  const env = { ...s3.env, WHERRY_STORE: 's3://images' };

  test('a push has fewer requests at once, and comes through', async () => {
    const result = await run('wherry', [...push, '--log-level', 'debug'], { env, stdin: archive });
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stderr, /S3 answers (?:SlowDown|503); try 2 in \d+ ms/);
    assert.match(result.stderr, /s3:\/\/images: (?:16|8|4|2|1) requests at once from now on/);
  });
});

for (const [direction, clockOffset] of [
  ['ahead', -3_600_000],
  ['behind', 3_600_000],
] as const) {
  test(`a clock that is an hour ${direction} is corrected, once for all requests`, async (t) => {
    const s3 = await startTestS3(t, { clockOffset });
    const env = { ...s3.env, WHERRY_STORE: 's3://images' };
    for (const [args, stdin] of [
      [push, archive],
      [pull, Buffer.alloc(0)],
    ] as const) {
      s3.requests.reset();
      const result = await run('wherry', [...args], { env, stdin });
      assert.equal(result.code, 0, result.stderr);
      const refused = s3.requests.select({ code: 'RequestTimeTooSkewed' });
      assert.equal(refused.length, 1);
      assert.equal(refused[0], s3.requests.select()[0]);
      assert.ok(s3.requests.count() > 10);
    }
  });

  test(`a clock that is an hour ${direction} does no harm when a HEAD comes first`, async (t) => {
    const s3 = await startTestS3(t, { clockOffset });
    Object.assign(process.env, s3.env);
    const { openBucket, parseLocation } = await import('../../shared/bucket/open.ts');
    const bucket = await openBucket(parseLocation('s3://images'), { env: process.env });
    assert.equal(await bucket.head('nothing'), undefined);
    assert.notEqual(await bucket.put('key', Buffer.from('x')), undefined);
    assert.equal((await bucket.head('key'))?.size, 1);
    assert.equal(s3.requests.count({ operation: 'PutObject' }), 1);
  });
}
