import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { CopyObjectCommand, GetObjectCommand } from '@aws-sdk/client-s3';
import type { FaultAction, S3ServerOptions } from './server.ts';
import { BUCKET, sdkClient, startServer } from './testing/harness.ts';
import { outcome, send, sign } from './testing/raw.ts';
import { watch } from './testing/wire.ts';

const PATH = `/${BUCKET}/a`;
const BODY = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));

async function filled(t: TestContext, options: Partial<S3ServerOptions> = {}) {
  const server = await startServer(t, options);
  assert.equal(await outcome(server.url, { method: 'PUT', path: PATH, body: BODY }), '200');
  server.requests.reset();
  return server;
}

/** Gets the object with one action on it. */
async function getWith(t: TestContext, action: FaultAction, patience?: number) {
  const server = await filled(t);
  server.faults.set([{ match: { operation: 'GetObject' }, action }]);
  return { server, seen: await watch(server.url, { path: PATH }, patience) };
}

test('latency delays the first byte', async (t) => {
  const { seen } = await getWith(t, { type: 'latency', milliseconds: 80 }, 2000);
  assert.ok(seen.firstByte >= 79, `${seen.firstByte} ms`);
  assert.ok(seen.body.equals(BODY));
});

test('rate slows the response down', async (t) => {
  const { seen } = await getWith(t, { type: 'rate', bytesPerSecond: 500_000 }, 5000);
  assert.ok(seen.total >= 190, `100,000 bytes at 500 kB/s came in ${seen.total} ms`);
  assert.ok(seen.firstByte < seen.total / 2, `the first of them after ${seen.firstByte} ms`);
  assert.ok(seen.body.equals(BODY));
});

test('rate slows the request down', async (t) => {
  const server = await startServer(t, { rate: 500_000 });
  const { total, head } = await watch(server.url, { method: 'PUT', path: PATH, body: BODY }, 5000);
  assert.match(head, /^HTTP\/1.1 200/);
  assert.ok(total >= 190, `${total} ms`);
});

test('errors are S3’s own, unless told otherwise', async (t) => {
  const server = await filled(t);
  const answer = async (action: FaultAction) => {
    server.faults.set([{ action }]);
    return send(server.url, sign(server.url, { path: PATH }));
  };
  for (const [code, status] of [
    ['InternalError', 500],
    ['SlowDown', 503],
    ['ExpiredToken', 400],
    ['RequestTimeTooSkewed', 403],
    ['ConditionalRequestConflict', 409],
    ['NoSuchKey', 404],
  ] as const) {
    const { status: answered, code: answeredCode } = await answer({ type: 'error', code });
    assert.deepEqual([answered, answeredCode], [status, code]);
  }
  const headers = { 'retry-after': '7' };
  const odd = await answer({
    type: 'error',
    code: 'Odd',
    status: 418,
    message: 'short and stout',
    headers,
  });
  assert.deepEqual([odd.status, odd.code, odd.headers['retry-after']], [418, 'Odd', '7']);
  assert.match(odd.body, /short and stout/);
  assert.equal(server.requests.count({ code: 'SlowDown', status: 503 }), 1);
});

test('an error inside a success', async (t) => {
  const server = await filled(t);
  server.faults.set([
    {
      match: { operation: 'CopyObject' },
      action: { type: 'error', code: 'InternalError', status: 200 },
    },
  ]);
  const s3 = sdkClient(t, server);
  const copy = new CopyObjectCommand({ Bucket: BUCKET, Key: 'b', CopySource: `${BUCKET}/a` });
  await assert.rejects(s3.send(copy), { name: 'InternalError' });
});

test('reset: nothing is done, nothing is answered', async (t) => {
  const server = await filled(t);
  server.faults.set([{ match: { method: 'DELETE' }, action: { type: 'reset' } }]);
  const seen = await watch(server.url, { method: 'DELETE', path: PATH });
  assert.deepEqual([seen.ending, seen.head], ['reset', '']);
  assert.equal(await outcome(server.url, { path: PATH }), '200');
  assert.equal(server.requests.count({ operation: 'DeleteObject', status: 0 }), 1);
});

test('reset-after-operation: it is done, and nothing is answered', async (t) => {
  const server = await filled(t);
  server.faults.set([{ match: { method: 'DELETE' }, action: { type: 'reset-after-operation' } }]);
  const seen = await watch(server.url, { method: 'DELETE', path: PATH });
  assert.deepEqual([seen.ending, seen.head], ['reset', '']);
  assert.equal(await outcome(server.url, { path: PATH }), '404 NoSuchKey');
});

test('reset-request: the connection breaks while the body is sent', async (t) => {
  const server = await filled(t);
  server.faults.set([
    { match: { method: 'PUT' }, action: { type: 'reset-request', after: 50_000 } },
  ]);
  const seen = await watch(server.url, { method: 'PUT', path: PATH, body: Buffer.alloc(200_000) });
  assert.deepEqual([seen.ending, seen.head], ['reset', '']);
  const [entry] = server.requests.select({ operation: 'PutObject' });
  assert.ok(entry && entry.bytesIn <= 50_000, `${entry?.bytesIn}`);
  assert.equal((await watch(server.url, { path: PATH })).body.length, BODY.length);
});

test('reset-response: the connection breaks after so many bytes', async (t) => {
  const { seen, server } = await getWith(t, { type: 'reset-response', after: 70_000 });
  assert.equal(seen.ending, 'reset');
  assert.match(seen.head, /content-length: 100000/);
  assert.ok(seen.body.equals(BODY.subarray(0, 70_000)), `${seen.body.length}`);
  assert.equal(server.requests.bytesOut({ operation: 'GetObject' }), 70_000);
});

test('stall-response: the rest never comes', async (t) => {
  const { seen } = await getWith(t, { type: 'stall-response', after: 70_000 });
  assert.equal(seen.ending, 'open');
  assert.ok(seen.body.equals(BODY.subarray(0, 70_000)));
});

test('never-answer', async (t) => {
  const { seen } = await getWith(t, { type: 'never-answer' });
  assert.deepEqual([seen.ending, seen.head], ['open', '']);
});

test('flip-bit changes one bit of the body served, and nothing else', async (t) => {
  const { seen, server } = await getWith(t, { type: 'flip-bit', offset: 66_000 });
  const expected = Buffer.from(BODY);
  expected[66_000] = (BODY[66_000] ?? 0) ^ 1;
  assert.ok(seen.body.equals(expected));
  const ranged = await watch(server.url, { path: PATH, headers: { range: 'bytes=0-9' } });
  assert.ok(ranged.body.equals(BODY.subarray(0, 10)));
});

test('truncate: too few bytes, and a clean end', async (t) => {
  const { seen } = await getWith(t, { type: 'truncate', after: 70_000, contentLength: 'full' });
  assert.equal(seen.ending, 'end');
  assert.match(seen.head, /content-length: 100000/);
  assert.ok(seen.body.equals(BODY.subarray(0, 70_000)));
});

test('truncate, with a length that fits: only the object’s size gives it away', async (t) => {
  const action = { type: 'truncate', after: 70_000, contentLength: 'consistent' } as const;
  const { seen } = await getWith(t, action);
  assert.equal(seen.ending, 'open');
  assert.match(seen.head, /^HTTP\/1.1 200.*content-length: 70000/s);
  assert.ok(seen.body.equals(BODY.subarray(0, 70_000)));
});

test('which requests a rule strikes', async (t) => {
  const server = await filled(t);
  const action: FaultAction = { type: 'error', code: 'SlowDown' };
  const gets = async (count: number, path = PATH) => {
    const struck: string[] = [];
    for (let index = 1; index <= count; index++) {
      struck.push((await outcome(server.url, { path })).startsWith('503') ? '!' : '.');
    }
    return struck.join('');
  };
  server.faults.set([{ match: { nth: 3 }, action }]);
  assert.equal(await gets(5), '..!..');
  server.faults.set([{ match: { nth: 2, times: 2 }, action }]);
  assert.equal(await gets(5), '.!!..');
  server.faults.set([{ match: { times: 2 }, action }]);
  assert.equal(await gets(4), '!!..');
  assert.deepEqual(server.faults.struck, [2]);
  for (const [key, expected] of [
    ['a', '!'],
    ['b', '.'],
    [/^a$/, '!'],
    [/b/, '.'],
  ] as const) {
    server.faults.set([{ match: { key }, action }]);
    assert.equal(await gets(1), expected, `${key}`);
  }
  server.faults.set([{ match: { method: 'PUT' }, action }]);
  assert.equal(await gets(1), '.');
  server.faults.clear();
  const remove = server.faults.add({ match: { operation: 'GetObject', bucket: BUCKET }, action });
  assert.equal(await gets(1), '!');
  remove();
  assert.equal(await gets(1), '.');
});

test('chance is the same for the same seed', async (t) => {
  const drawn: string[] = [];
  for (const seed of [1, 1, 2]) {
    const { faults } = await startServer(t, { seed });
    faults.set([{ match: { probability: 0.3 }, action: { type: 'reset' } }]);
    const subject = { operation: 'GetObject', method: 'GET', bucket: BUCKET, key: 'a' };
    const draws = Array.from({ length: 1000 }, () => faults.actionsFor(subject).length);
    const struck = draws.filter((count) => count === 1).length;
    assert.ok(struck > 250 && struck < 350, `${struck} of 1000`);
    drawn.push(draws.join(''));
  }
  assert.equal(drawn[0], drawn[1]);
  assert.notEqual(drawn[0], drawn[2]);
});

test('a header sets the faults of one request', async (t) => {
  const server = await filled(t);
  const ask = (fault: string) =>
    outcome(server.url, { path: PATH, headers: { 'x-wherry-fault': fault } });
  assert.equal(await ask('{"type":"error","code":"InternalError"}'), '500 InternalError');
  assert.equal(await ask('[{"type":"latency","milliseconds":1}]'), '200');
  assert.equal(await ask('{"type":"explode"}'), '400 InvalidArgument');
  assert.equal(await ask('{"type":"latency"}'), '400 InvalidArgument');
  assert.equal(await ask('no json'), '400 InvalidArgument');
});

test('limits on requests are answered with SlowDown', async (t) => {
  const server = await filled(t, { latency: 300, maxConcurrent: 2 });
  const all = (count: number) =>
    Promise.all(Array.from({ length: count }, () => outcome(server.url, { path: PATH })));
  assert.deepEqual((await all(5)).sort(), ['200', '200', ...Array(3).fill('503 SlowDown')]);
  server.conditions.maxConcurrent = Infinity;
  server.conditions.latency = 0;
  server.conditions.maxPerSecond = 10;
  const started = performance.now();
  const answers = await all(30);
  const seconds = Math.ceil((performance.now() - started) / 1000) + 1;
  const admitted = answers.filter((answer) => answer === '200').length;
  assert.ok(admitted >= 1 && admitted <= 10 * seconds, `${admitted} in ${seconds} seconds`);
  assert.ok(answers.includes('503 SlowDown'));
});

test('close ends stalled and silent connections at once', async (t) => {
  const server = await filled(t);
  server.faults.set([
    { match: { nth: 1 }, action: { type: 'never-answer' } },
    { match: { nth: 2 }, action: { type: 'stall-response', after: 10 } },
    { match: { nth: 3 }, action: { type: 'latency', milliseconds: 60_000 } },
    { match: { nth: 4 }, action: { type: 'rate', bytesPerSecond: 1 } },
  ]);
  const watched = [1, 2, 3, 4].map(() => watch(server.url, { path: PATH }, 10_000));
  const s3 = sdkClient(t, server);
  while (server.requests.count() < 4) await new Promise((resolve) => setTimeout(resolve, 5));
  const reading = s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'a' }));
  await (await reading).Body?.transformToByteArray();
  const started = performance.now();
  await server.close();
  assert.ok(performance.now() - started < 2000);
  for (const seen of await Promise.all(watched)) assert.notEqual(seen.ending, 'open');
});
