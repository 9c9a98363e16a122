import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { parseBytes, parseDuration, parseLatency } from './quantities.ts';
import { BUCKET, CREDENTIAL, sdkClient, temporaryFolder } from './testing/harness.ts';
import { outcome } from './testing/raw.ts';

const MAIN = join(import.meta.dirname, 'main.ts');

function run(t: TestContext, ...options: string[]): ChildProcess {
  const { accessKeyId, secretAccessKey } = CREDENTIAL;
  const keys = ['--access-key', accessKeyId, '--secret-key', secretAccessKey];
  const child = spawn(process.execPath, [MAIN, ...keys, ...options], { stdio: 'pipe' });
  t.after(() => {
    child.kill('SIGKILL');
  });
  return child;
}

/** Starts a server in a process of its own; gives what its first line says. */
async function start(t: TestContext, ...options: string[]) {
  const child = run(t, '--folder', temporaryFolder(t), '--bucket', BUCKET, ...options);
  const [line] = await once(child.stdout as Readable, 'data');
  return { child, ...(JSON.parse(`${line}`) as { url: string; port: number }) };
}

test('it prints its URL, obeys its options, and ends on a signal', async (t) => {
  const slowDown = '{"match":{"method":"DELETE"},"action":{"type":"error","code":"SlowDown"}}';
  const { child, url } = await start(
    t,
    ...['--bucket', 'far@eu-west-1', '--latency', '50ms', '--fault', slowDown],
  );
  const path = `/${BUCKET}/a`;
  const started = performance.now();
  assert.equal(await outcome(url, { path }), '404 NoSuchKey');
  assert.ok(performance.now() - started >= 49);
  assert.equal(await outcome(url, { method: 'DELETE', path }), '503 SlowDown');
  assert.equal(await outcome(url, { path: '/far/a' }), '301 PermanentRedirect');
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('it says what is missing', async (t) => {
  const child = run(t);
  const [text] = await once(child.stderr as Readable, 'data');
  assert.match(`${text}`, /--folder/);
  assert.deepEqual(await once(child, 'exit'), [2, null]);
});

test('a large object streams through in bounded memory, both ways', async (t) => {
  const { url } = await start(t);
  const s3 = sdkClient(t, { url }, { requestChecksumCalculation: 'WHEN_REQUIRED' });
  const rss = async () => {
    const answer = await fetch(`${url}/_wherry/requests`);
    return ((await answer.json()) as { residentSize: number }).residentSize;
  };
  const SIZE = 300 * 1024 * 1024;
  const block = Buffer.alloc(1024 * 1024, 'wherry');
  const before = await rss();
  let peak = 0;
  const sampling = setInterval(async () => {
    peak = Math.max(peak, await rss().catch(() => 0));
  }, 50);
  t.after(() => clearInterval(sampling));
  const blocks = function* () {
    for (let sent = 0; sent < SIZE; sent += block.length) yield block;
  };
  const Body = Readable.from(blocks());
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'big', Body, ContentLength: SIZE }));
  const got = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'big' }));
  const [hash, expected] = [createHash('sha1'), createHash('sha1')];
  for await (const chunk of got.Body as Readable) hash.update(chunk);
  for (const bytes of blocks()) expected.update(bytes);
  clearInterval(sampling);
  assert.equal(hash.digest('hex'), expected.digest('hex'));
  assert.ok(peak > 0);
  const grown = (Math.max(peak, await rss()) - before) / 1024 / 1024;
  assert.ok(grown < 150, `the server grew by ${grown} MiB over an object of 300 MiB`);
});

test('quantities', () => {
  assert.deepEqual(['25ms', '1.5s'].map(parseDuration), [25, 1500]);
  assert.deepEqual(['25ms', '20ms-30ms'].map(parseLatency), [25, [20, 30]]);
  assert.deepEqual(['500', '64KB', '90MB', '1.5GB'].map(parseBytes), [500, 64e3, 90e6, 1.5e9]);
  for (const wrong of ['', 'x', '5min', '1e3', '-1']) assert.throws(() => parseDuration(wrong));
  assert.throws(() => parseBytes('90Mb'));
});
