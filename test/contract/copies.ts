import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Bucket } from '../../shared/bucket/bucket.ts';

/** What a bucket must do whose service makes copies. `open` gives new, empty ones of one service. */
export function copiesContract(open: () => Promise<Bucket>): void {
  const absent = { condition: { absent: true as const } };
  const text = (value: string) => Buffer.from(value);

  async function openTwo() {
    const [source, target] = [await open(), await open()];
    assert.ok(source.copies && target.copies);
    return { source, target, copies: target.copies };
  }

  test('copies an object of another bucket, whatever its key', async () => {
    const { source, target, copies } = await openTwo();
    assert.equal(await copies.service(), await source.copies?.service());
    for (const key of [
      'chunks/ab/abcd',
      'tags/team/api:1',
      'a b/c+d',
      '100%/%2F',
      'ключ/鍵?x=1#e',
    ]) {
      await source.put(key, text(key));
      const etag = await copies.from(source.url, key);
      const found = await target.get(key);
      assert.deepEqual([found?.bytes.toString(), found?.etag], [key, etag]);
    }
  });

  test('copies over what is there, or where nothing is', async () => {
    const { source, target, copies } = await openTwo();
    await source.put('key', text('new'));
    await target.put('key', text('old'));
    assert.equal(await copies.from(source.url, 'key', absent), undefined);
    assert.equal((await target.get('key'))?.bytes.toString(), 'old');
    assert.ok(await copies.from(source.url, 'key'));
    assert.equal((await target.get('key'))?.bytes.toString(), 'new');
    await source.put('other', text('other'));
    assert.ok(await copies.from(source.url, 'other', absent));
  });

  test('tells what the other bucket has not got, and stores nothing', async () => {
    const { source, target, copies } = await openTwo();
    await assert.rejects(copies.from(source.url, 'nothing', absent), {
      code: 'NOT_FOUND',
      message: `There is no nothing in ${source.url}.`,
    });
    assert.equal(await target.head('nothing'), undefined);
  });

  test('does nothing once its signal has fired', async () => {
    const { source, target, copies } = await openTwo();
    await source.put('key', text('x'));
    const signal = AbortSignal.abort();
    await assert.rejects(copies.from(source.url, 'key', { signal }), { code: 'INTERRUPTED' });
    assert.equal(await target.head('key'), undefined);
  });
}
