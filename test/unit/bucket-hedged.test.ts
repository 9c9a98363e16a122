import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { FetchedObject, GetOptions } from '../../shared/bucket/bucket.ts';
import { hedgedBucket, mostHedges } from '../../shared/bucket/hedged.ts';
import { Patience } from '../../shared/bucket/patience.ts';
import { interrupted, WherryError } from '../../shared/error.ts';
import { fakeBucket, object } from '../support/fake-bucket.ts';

interface Asked {
  signal: AbortSignal;
  answer(found: FetchedObject | undefined): void;
  fail(error: Error): void;
}

/** Answers nothing by itself; `next` resolves with the nth request as soon as it is made. */
function silentBucket() {
  const asked: PromiseWithResolvers<Asked>[] = [];
  const nth = (index: number) => {
    asked[index] ??= Promise.withResolvers<Asked>();
    return asked[index];
  };
  let count = 0;
  const bucket = fakeBucket({
    get: (_key, { signal = new AbortController().signal }: GetOptions = {}) => {
      const { promise, resolve, reject } = Promise.withResolvers<FetchedObject | undefined>();
      signal.addEventListener('abort', () => reject(interrupted()));
      nth(count++).resolve({ signal, answer: resolve, fail: reject });
      return promise;
    },
  });
  return { bucket, request: (number: number) => nth(number - 1).promise, count: () => count };
}

const eager = { untried: 5, enough: 10, factor: 3, least: 5 };
const patient = { ...eager, untried: 60_000, least: 60_000 };
const unavailable = (text: string) => new WherryError('UNAVAILABLE', text, { side: 'store' });

suite('a read that takes too long', () => {
  test('is raced by a second one; the first to answer wins, the other is aborted', async () => {
    for (const winner of [1, 2]) {
      const { bucket, request } = silentBucket();
      const read = hedgedBucket(bucket, { policy: eager }).get('key');
      const both = [await request(1), await request(2)];
      both[winner - 1]?.answer(object(`from ${winner}`));
      assert.equal((await read)?.bytes.toString(), `from ${winner}`);
      assert.deepEqual(
        both.map(({ signal }) => signal.aborted),
        [winner !== 1, winner !== 2],
      );
    }
  });

  test('is not raced while it is as fast as others', async () => {
    const { bucket, request, count } = silentBucket();
    const read = hedgedBucket(bucket, { policy: patient }).get('key');
    (await request(1)).answer(undefined);
    assert.equal(await read, undefined);
    assert.equal(count(), 1);
  });

  test('may lose one of the two, and fails with the first failure when it loses both', async () => {
    const { bucket, request } = silentBucket();
    const hedged = hedgedBucket(bucket, { policy: eager });
    const one = hedged.get('key');
    await request(2);
    (await request(1)).fail(unavailable('first'));
    (await request(2)).answer(object('second'));
    assert.equal((await one)?.bytes.toString(), 'second');

    const none = hedged.get('key');
    await request(4);
    (await request(4)).fail(unavailable('hedge'));
    (await request(3)).fail(unavailable('first'));
    await assert.rejects(none, /hedge/);
  });

  test('is not raced after it has failed: that is for the retry', async () => {
    const { bucket, request, count } = silentBucket();
    const read = hedgedBucket(bucket, { policy: eager }).get('key');
    (await request(1)).fail(unavailable('broken'));
    await assert.rejects(read, /broken/);
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.equal(count(), 1);
  });

  test('ends with both requests when it is interrupted', async () => {
    const { bucket, request } = silentBucket();
    const controller = new AbortController();
    const read = hedgedBucket(bucket, { policy: eager }).get('key', { signal: controller.signal });
    await request(2);
    controller.abort();
    await assert.rejects(read, { code: 'INTERRUPTED' });
    assert.ok((await request(1)).signal.aborted && (await request(2)).signal.aborted);
  });

  test('one in ten may be raced, and a few at first', async () => {
    let count = 0;
    const reads = 200;
    const bucket = fakeBucket({
      get: async () => {
        count++;
        await new Promise((resolve) => setTimeout(resolve, 20));
        return undefined;
      },
    });
    const never = { ...eager, enough: Number.POSITIVE_INFINITY };
    const hedged = hedgedBucket(bucket, { policy: never });
    await Promise.all(Array.from({ length: mostHedges * 3 }, () => hedged.get('key')));
    assert.equal(count, mostHedges * 4, 'as many as are saved up');
    for (let at = 0; at < reads; at += 20) {
      await Promise.all(Array.from({ length: 20 }, () => hedged.get('key')));
    }
    const raced = count - reads - mostHedges * 3;
    assert.ok(raced > reads / 20 && raced <= mostHedges + (reads + 12) / 10, `${raced}`);
  });
});

suite('patience', () => {
  const policy = { untried: 5_000, enough: 10, factor: 3, least: 1_000 };

  test('is a default until enough is known, then a multiple of what nearly all took', () => {
    const patience = new Patience(policy);
    for (let count = 0; count < 9; count++) patience.note(2_000);
    assert.equal(patience.milliseconds, 5_000);
    patience.note(2_000);
    assert.equal(patience.milliseconds, 6_000);
  });

  test('does not grow by the slowest one in twenty, nor fall below the least', () => {
    const patience = new Patience(policy);
    for (let count = 0; count < 95; count++) patience.note(20);
    for (let count = 0; count < 5; count++) patience.note(60_000);
    assert.equal(patience.milliseconds, 1_000);
  });

  test('forgets what was long ago', () => {
    const patience = new Patience(policy);
    for (let count = 0; count < 100; count++) patience.note(60_000);
    for (let count = 0; count < 100; count++) patience.note(500);
    assert.equal(patience.milliseconds, 1_500);
  });

  test('for small reads is not that for large ones', async () => {
    let count = 0;
    const bucket = fakeBucket({
      get: async (key) => {
        count++;
        if (key === 'large') await new Promise((resolve) => setTimeout(resolve, 150));
        return undefined;
      },
    });
    const hedged = hedgedBucket(bucket, {
      policy: { untried: 60_000, enough: 10, factor: 3, least: 30 },
    });
    for (let read = 0; read < 20; read++) await hedged.get('small');
    await hedged.get('large', { sizeHint: 2 ** 21 });
    await hedged.get('large', { range: { start: 0, length: 2 ** 23 } });
    assert.equal(count, 22);
    await hedged.get('large');
    assert.equal(count, 24, 'of an unknown size: as the small ones');
  });
});
