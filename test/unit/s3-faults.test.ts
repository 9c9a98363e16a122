import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { hedgedBucket } from '../../shared/bucket/hedged.ts';
import { retryingBucket } from '../../shared/bucket/retrying.ts';
import { openS3Bucket } from '../../shared/bucket/s3/s3.ts';
import { awsEnvironment, startTestS3 } from '../support/s3.ts';

suite('S3 over HTTP, when things go wrong', async () => {
  const server = await startTestS3({ after });
  Object.assign(process.env, awsEnvironment(server.url));
  const bucket = openS3Bucket('images', '', { sockets: 8, env: process.env });
  const eager = { untried: 300, enough: Number.POSITIVE_INFINITY, factor: 3, least: 1 };
  const bytes = randomBytes(2_000_000);
  await bucket.put('key', bytes);

  for (const type of ['never-answer', 'stall-response'] as const) {
    test(`${type}: a second request wins, and the first one's connection is closed`, async () => {
      server.requests.reset();
      const action = type === 'never-answer' ? { type } : { type, after: 500_000 };
      server.faults.set([{ match: { operation: 'GetObject', times: 1 }, action }]);
      const found = await hedgedBucket(bucket, { policy: eager }).get('key');
      assert.ok(found?.bytes.equals(bytes));
      const [first, second] = server.requests.select();
      assert.equal(second?.status, 200);
      const deadline = Date.now() + 5_000;
      while (first?.duration === undefined && Date.now() < deadline) await sleep(5);
      assert.notEqual(first?.duration, undefined, 'the server still waits');
      assert.equal(server.requests.count(), 2);
    });
  }

  test('an interrupt in the middle of a body ends it at once', async () => {
    const controller = new AbortController();
    server.requests.reset();
    server.faults.set([
      { match: { operation: 'GetObject' }, action: { type: 'stall-response', after: 500_000 } },
    ]);
    const reading = bucket.get('key', { signal: controller.signal });
    while (!((server.requests.select()[0]?.bytesOut ?? 0) > 0)) await sleep(5);
    controller.abort();
    await assert.rejects(reading, { code: 'INTERRUPTED' });
    server.faults.clear();
  });

  test('Retry-After is honoured', async () => {
    server.requests.reset();
    server.faults.set([
      {
        match: { operation: 'PutObject', times: 1 },
        action: { type: 'error', code: 'SlowDown', headers: { 'retry-after': '1' } },
      },
    ]);
    await retryingBucket(bucket).put('other', Buffer.from('x'));
    const [first, second] = server.requests.select();
    const waited = (second?.time ?? 0) - (first?.time ?? 0);
    assert.ok(waited >= 990 && waited < 5_000, `${waited} ms`);
  });

  test('connections that were used before a fault are used again after it', async () => {
    server.faults.set([
      { match: { operation: 'HeadObject', times: 3 }, action: { type: 'reset' } },
    ]);
    const policy = { budget: 5_000, delay: 5, longest: 20 };
    const info = await retryingBucket(bucket, { policy }).head('key');
    assert.equal(info?.size, bytes.length);
    server.requests.reset();
    for (let count = 0; count < 5; count++) await bucket.head('key');
    assert.equal(new Set(server.requests.select().map(({ remote }) => remote)).size, 1);
  });
});
