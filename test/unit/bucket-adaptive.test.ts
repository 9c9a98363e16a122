import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { adaptiveBucket } from '../../shared/bucket/adaptive.ts';
import { retryingBucket } from '../../shared/bucket/retrying.ts';
import { type ErrorCode, WherryError } from '../../shared/error.ts';
import { fakeBucket } from '../support/fake-bucket.ts';

/** A bucket whose HEADs end when they are told to. */
function slowBucket() {
  const running: ((code?: ErrorCode) => void)[] = [];
  const bucket = fakeBucket({
    head: () =>
      new Promise((resolve, reject) => {
        running.push((code) => {
          if (code) reject(new WherryError(code, 'Refused.', { side: 'store' }));
          else resolve(undefined);
        });
      }),
  });
  return { bucket, running };
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

suite('requests at once', () => {
  /** Starts `count` requests, and gives how many of them have come through to the bucket. */
  function start(most: number, count: number) {
    const { bucket, running } = slowBucket();
    const limits: string[] = [];
    const adaptive = adaptiveBucket(bucket, most, (event) => {
      if (event.type === 'debug') limits.push(event.text);
    });
    const outcomes = Array.from({ length: count }, (_, index) =>
      adaptive.head(`key-${index}`).then(
        () => 'ok',
        (error) => error.code,
      ),
    );
    /** Ends the first `ended` of those that run. */
    const end = async (ended: number, code?: ErrorCode) => {
      for (const finish of running.splice(0, ended)) finish(code);
      await settle();
    };
    return { adaptive, running, outcomes, end, limits };
  }

  test('are all there may be at first, and no more', async () => {
    const { running, end, outcomes } = start(8, 20);
    assert.equal(running.length, 8);
    await end(3);
    assert.equal(running.length, 8);
    await end(8);
    await end(8);
    await end(8);
    assert.deepEqual(new Set(await Promise.all(outcomes)), new Set(['ok']));
  });

  test('are halved once by a whole burst of refusals, and grow by one a round', async () => {
    const { running, end, limits } = start(8, 100);
    await end(8, 'SLOW_DOWN');
    assert.equal(running.length, 4);
    assert.match(limits.join(), /^s3:\/\/fake: 4 requests at once from now on\.$/);
    await end(4);
    assert.equal(running.length, 4, 'a round of four raises 4 to a little less than 5');
    await end(4);
    assert.equal(running.length, 5);
    for (let round = 0; round < 4; round++) await end(running.length);
    assert.ok(running.length >= 7, `${running.length}`);
    for (let round = 0; round < 4; round++) await end(running.length);
    assert.equal(running.length, 8);
  });

  test('never fall below one', async () => {
    const { running, end } = start(4, 20);
    for (let round = 0; round < 6; round++) await end(4, 'SLOW_DOWN');
    assert.equal(running.length, 1);
  });

  test('are as many as before after an error of another kind', async () => {
    const { running, end } = start(4, 20);
    await end(4, 'UNAVAILABLE');
    await end(4, 'ACCESS_DENIED');
    assert.equal(running.length, 4);
  });

  test('do not count one that waits for its retry', async () => {
    const { bucket, running } = slowBucket();
    const policy = { budget: 60_000, delay: 60_000, longest: 60_000 };
    const both = retryingBucket(adaptiveBucket(bucket, 1), { policy });
    const controller = new AbortController();
    const first = both.head('first', { signal: controller.signal });
    running.shift()?.('UNAVAILABLE');
    await settle();
    const second = both.head('second');
    assert.equal(running.length, 1);
    running.shift()?.();
    await second;
    controller.abort();
    await assert.rejects(first, { code: 'INTERRUPTED' });
  });

  test('an interrupt ends the wait for room, and leaves the room to others', async () => {
    const { adaptive, running, end, outcomes } = start(1, 1);
    const controller = new AbortController();
    const waiting = adaptive.head('waits', { signal: controller.signal });
    const next = adaptive.head('next');
    controller.abort();
    await assert.rejects(waiting, { code: 'INTERRUPTED' });
    await end(1);
    assert.equal(running.length, 1);
    await end(1);
    await Promise.all([next, ...outcomes]);
  });
});
