import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { type Bucket, listAll } from '../../shared/bucket/bucket.ts';
import { readObject } from '../../shared/bucket/read-object.ts';
import { writeObject } from '../../shared/bucket/write-object.ts';
import { WherryError } from '../../shared/error.ts';

/** What every bucket must do, whatever keeps its bytes. `open` gives a new, empty one. */
export function bucketContract(open: () => Promise<Bucket>): void {
  const absent = { condition: { absent: true as const } };
  const text = (value: string) => Buffer.from(value);

  test('gives back what was put, with its ETag', async () => {
    const bucket = await open();
    const bytes = randomBytes(300_000);
    const etag = await bucket.put('chunks/ab/abcd', bytes);
    const found = await bucket.get('chunks/ab/abcd');
    assert.deepEqual(found?.bytes, bytes);
    assert.equal(found?.etag, etag);
    const info = await bucket.head('chunks/ab/abcd');
    assert.equal(info?.size, bytes.length);
    assert.equal(info?.etag, etag);
    assert.ok(Math.abs(Date.now() - (info?.modified.getTime() ?? 0)) < 60_000);
  });

  test('keeps an empty object', async () => {
    const bucket = await open();
    await bucket.put('empty', Buffer.alloc(0));
    assert.equal((await bucket.get('empty'))?.bytes.length, 0);
  });

  test('answers undefined for a missing key, and for one that is only a prefix', async () => {
    const bucket = await open();
    await bucket.put('a/b', text('x'));
    for (const key of ['nothing', 'a', 'a/b/c']) {
      assert.equal(await bucket.get(key), undefined);
      assert.equal(await bucket.head(key), undefined);
    }
  });

  test('takes keys with colons, spaces, percent signs and other scripts', async () => {
    const bucket = await open();
    const keys = ['tags/team/api:1.2_3-x', 'a b/c+d', '100%/%2F', 'ключ/鍵', 'a=b&c?d#e'];
    for (const key of keys) await bucket.put(key, text(key));
    for (const key of keys) assert.equal((await bucket.get(key))?.bytes.toString(), key);
    assert.deepEqual((await keysOf(bucket, '')).sort(), [...keys].sort());
  });

  test('refuses keys that could leave the bucket', async () => {
    const bucket = await open();
    for (const key of ['', '/a', 'a/', 'a//b', '../a', 'a/./b', 'a\0b', 'x'.repeat(1025)]) {
      await assert.rejects(bucket.put(key, text('x')), WherryError, key);
      await assert.rejects(bucket.get(key), WherryError, key);
    }
  });

  test('replaces an object, and its ETag changes', async () => {
    const bucket = await open();
    const first = await bucket.put('key', text('one'));
    const second = await bucket.put('key', text('two'));
    assert.notEqual(first, second);
    assert.equal((await bucket.get('key'))?.bytes.toString(), 'two');
  });

  test('puts an absent object once', async () => {
    const bucket = await open();
    assert.notEqual(await bucket.put('once', text('one'), absent), undefined);
    assert.equal(await bucket.put('once', text('two'), absent), undefined);
    assert.equal((await bucket.get('once'))?.bytes.toString(), 'one');
  });

  test('lets exactly one of many writers create a key', async () => {
    const bucket = await open();
    const puts = Array.from({ length: 30 }, (_, index) =>
      bucket.put('race', text(`writer ${index}`), absent),
    );
    const won = (await Promise.all(puts)).flatMap((etag, index) => (etag ? [index] : []));
    assert.equal(won.length, 1);
    assert.equal((await bucket.get('race'))?.bytes.toString(), `writer ${won[0]}`);
  });

  test('puts over the ETag that was read, and over no other', async () => {
    const bucket = await open();
    const first = (await bucket.put('key', text('one'))) ?? '';
    const second = await bucket.put('key', text('two'), { condition: { etag: first } });
    assert.notEqual(second, undefined);
    assert.equal(await bucket.put('key', text('three'), { condition: { etag: first } }), undefined);
    assert.equal(await bucket.put('gone', text('x'), { condition: { etag: first } }), undefined);
    assert.equal((await bucket.get('key'))?.bytes.toString(), 'two');
    assert.equal(await bucket.get('gone'), undefined);
  });

  test('loses no update when many count by compare-and-swap', async () => {
    const bucket = await open();
    await bucket.put('count', text('0'));
    const increment = async () => {
      for (;;) {
        const current = await bucket.get('count');
        const next = text(String(Number(current?.bytes) + 1));
        if (await bucket.put('count', next, { condition: { etag: current?.etag ?? '' } })) return;
      }
    };
    await Promise.all(Array.from({ length: 12 }, increment));
    assert.equal((await bucket.get('count'))?.bytes.toString(), '12');
  });

  test('reads a range, short at the end, and only of the version that is asked for', async () => {
    const bucket = await open();
    const etag = await bucket.put('key', text('0123456789'));
    const read = async (start: number, length: number, ifMatch?: string) =>
      (await bucket.get('key', { range: { start, length }, ifMatch }))?.bytes.toString();
    assert.equal(await read(2, 3), '234');
    assert.equal(await read(8, 10), '89');
    assert.equal(await read(2, 3, etag), '234');
    assert.equal(await read(2, 3, '"other"'), undefined);
  });

  test('sends nothing of an object that still has the ETag that is known', async () => {
    const bucket = await open();
    const known = (await bucket.put('key', text('one'))) ?? '';
    const same = await bucket.get('key', { ifNoneMatch: known });
    assert.deepEqual(same, { bytes: Buffer.alloc(0), etag: known, unchanged: true });
    const etag = await bucket.put('key', text('two'));
    const other = await bucket.get('key', { ifNoneMatch: known });
    assert.deepEqual(other, { bytes: text('two'), etag });
    await bucket.delete('key');
    assert.equal(await bucket.get('key', { ifNoneMatch: known }), undefined);
  });

  test('lists below a prefix, in the order of UTF-8 bytes, over several pages', async () => {
    const bucket = await open();
    const keys = Array.from(
      { length: 1100 },
      (_, index) => `many/${String(index).padStart(5, '0')}`,
    );
    const odd = [
      'many-more',
      'tags/a-b:1',
      'tags/a/b:1',
      'tags/a:1',
      'tags/é:1',
      'tags/𐍈:1',
      'tags/ﬀ:1',
    ];
    const all = [...keys, ...odd];
    for (let at = 0; at < all.length; at += 50) {
      await Promise.all(all.slice(at, at + 50).map((key) => bucket.put(key, text(key))));
    }
    assert.deepEqual(await keysOf(bucket, 'many/'), keys);
    assert.deepEqual(await keysOf(bucket, 'tags/a'), ['tags/a-b:1', 'tags/a/b:1', 'tags/a:1']);
    const bytewise = all.map((key) => text(key)).sort(Buffer.compare);
    assert.deepEqual(await keysOf(bucket, ''), bytewise.map(String));
    const [first] = (await bucket.listPage('many/')).objects;
    assert.equal(first?.size, 'many/00000'.length);
    assert.deepEqual(await keysOf(bucket, 'nothing'), []);
  });

  test('deletes, and deleting what is gone is success', async () => {
    const bucket = await open();
    await bucket.put('a/b', text('x'));
    await bucket.delete('a/b');
    await bucket.delete('a/b');
    assert.equal(await bucket.get('a/b'), undefined);
    assert.deepEqual(await keysOf(bucket, ''), []);
    assert.notEqual(await bucket.put('a/b', text('again'), absent), undefined);
  });

  test('stores a stream of unknown length, and reads it back in ranges', async () => {
    const bucket = await open();
    for (const size of [0, 1, 8 * 1024 * 1024, 21_000_001]) {
      const bytes = randomBytes(size);
      assert.equal(await writeObject(bucket, 'stream', pieces(bytes, 65_537)), size);
      const info = await bucket.head('stream');
      assert.equal(info?.size, size);
      const read: Buffer[] = [];
      if (info) for await (const piece of readObject(bucket, info)) read.push(piece);
      assert.ok(Buffer.concat(read).equals(bytes));
    }
  });

  test('shows nothing of an upload that fails or is aborted', async () => {
    const bucket = await open();
    const broken = async function* () {
      yield randomBytes(9 * 1024 * 1024);
      throw new Error('the source broke');
    };
    await assert.rejects(writeObject(bucket, 'broken', broken()), /the source broke/);
    const upload = await bucket.startUpload('aborted');
    await upload.part(1, 0, randomBytes(1000));
    await upload.abort();
    assert.deepEqual(await keysOf(bucket, ''), []);
  });

  test('fails a read when the object is replaced under it', async () => {
    const bucket = await open();
    await bucket.put('key', randomBytes(20 * 1024 * 1024));
    const info = await bucket.head('key');
    await bucket.put('key', text('other'));
    const read = async () => {
      if (info) for await (const _ of readObject(bucket, info));
    };
    await assert.rejects(read, { code: 'CONFLICT' });
  });

  test('does nothing once its signal has fired', async () => {
    const bucket = await open();
    const signal = AbortSignal.abort();
    await assert.rejects(bucket.put('key', text('x'), { signal }), { code: 'INTERRUPTED' });
    await assert.rejects(bucket.get('key', { signal }), { code: 'INTERRUPTED' });
    assert.equal(await bucket.get('key'), undefined);
  });
}

async function keysOf(bucket: Bucket, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of listAll(bucket, prefix)) keys.push(key);
  return keys;
}

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
