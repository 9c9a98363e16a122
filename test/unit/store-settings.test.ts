import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Bucket } from '../../shared/bucket/bucket.ts';
import { meteredBucket, newMeter } from '../../shared/bucket/metered.ts';
import { WherryError } from '../../shared/error.ts';
import { openStore } from '../../shared/store/store.ts';
import { memoryBucket } from '../support/memory-bucket.ts';
import { tagChange as change } from '../support/tag-change.ts';

const version = { repository: 'api', tag: 'v1' };

/** A store in which `api:v*` is immutable, and all that it asks the bucket. */
async function newStore() {
  const bucket = memoryBucket();
  await openStore(bucket).putSettings({ immutable: ['api:v*'] }, undefined);
  const meter = newMeter();
  const gets: string[] = [];
  const get: Bucket['get'] = (key, options) => {
    gets.push(key);
    return bucket.get(key, options);
  };
  return { bucket, meter, gets, store: openStore(meteredBucket({ ...bucket, get }, meter)) };
}

suite('settings of a store', () => {
  test('come back as they were put, and are swapped by their ETag', async () => {
    const store = openStore(memoryBucket());
    assert.equal(await store.getSettings(), undefined);
    assert.ok(await store.putSettings({ immutable: ['api:v*'] }, undefined));
    assert.ok(!(await store.putSettings({ immutable: ['b:*'] }, undefined)));
    const first = await store.getSettings();
    assert.deepEqual(first?.value, { immutable: ['api:v*'] });
    assert.ok(await store.putSettings({ immutable: [] }, first.etag));
    assert.ok(!(await store.putSettings({ immutable: ['b:*'] }, first.etag)));
    assert.deepEqual((await store.getSettings())?.value, { immutable: [] });
  });

  test('a writer whose answer was lost knows that it was faster', async () => {
    const bucket = memoryBucket();
    const put: Bucket['put'] = async (key, bytes, options) => {
      await bucket.put(key, bytes, options);
      return undefined;
    };
    assert.ok(await openStore({ ...bucket, put }).putSettings({ immutable: ['a:*'] }, undefined));
  });

  test('an immutable tag is made once, and again by the same image; nothing moves it', async () => {
    const { store } = await newStore();
    const first = await store.moveTag(version, change('one'));
    assert.deepEqual(await store.moveTag(version, change('one')), first);
    for (const action of ['push', 'promote', 'rollback', 'remove'] as const) {
      await assert.rejects(store.moveTag(version, { ...change('two'), action }), {
        code: 'CONFLICT',
        message: new RegExp(
          `api:v1 points to ${first.digest} .*may not ${action === 'remove' ? 'be removed' : 'move'}: .*"api:v\\*"`,
        ),
        hint: action === 'remove' ? /--force/ : /wherry config --mutable 'api:v\*'/,
      });
    }
    assert.deepEqual(await store.getTag(version), first);
    const other = { repository: 'api', tag: 'latest' };
    for (const name of ['one', 'two']) await store.moveTag(other, change(name));
    assert.equal((await store.getTag(other))?.sequence, 2);
  });

  test('are only read where a tag is there and would move', async () => {
    const { store, gets, meter } = await newStore();
    const tag = { repository: 'api', tag: 'latest' };
    const requests = async (name: string) => {
      meter.requests = 0;
      gets.length = 0;
      await store.moveTag(tag, change(name));
      return [meter.requests, gets.includes('config.json')];
    };
    assert.deepEqual(await requests('one'), [4, false]);
    assert.deepEqual(await requests('one'), [1, false]);
    assert.deepEqual(await requests('two'), [5, true]);
  });

  test('an immutable tag that was removed by force is made anew, once', async () => {
    const { store } = await newStore();
    await store.moveTag(version, change('one'));
    await store.moveTag(version, { ...change('one'), action: 'remove' }, { force: true });
    assert.equal(await store.getTag(version), undefined);
    assert.equal((await store.moveTag(version, change('two'))).sequence, 3);
    await assert.rejects(store.moveTag(version, change('three')), { code: 'CONFLICT' });
  });

  for (const [name, bytes, message] of [
    ['no JSON', '{"wherry":1', /is not JSON/],
    ['null', 'null', /is not an object/],
    ['another version', '{"wherry":2}', /another version/],
    ['no list', '{"wherry":1,"immutable":"api:v*"}', /are no list/],
    ['a bad pattern', '{"wherry":1,"immutable":["v*"]}', /"v\*" is not a pattern/],
    ['a wrong checksum', '{"wherry":1,"immutable":[],"checksum":"x"}', /its checksum/],
  ] as const) {
    test(`that are corrupt hold every tag where it is: ${name}`, async () => {
      const { bucket, store } = await newStore();
      const tag = { repository: 'api', tag: 'latest' };
      await store.moveTag(tag, change('one'));
      await bucket.put('config.json', Buffer.from(bytes));
      await assert.rejects(store.moveTag(tag, change('two')), { code: 'CORRUPT', message });
      assert.equal((await store.getTag(tag))?.sequence, 1);
    });
  }

  test('that may not be read hold every tag where it is, too', async () => {
    const { bucket, store } = await newStore();
    const tag = { repository: 'api', tag: 'latest' };
    await store.moveTag(tag, change('one'));
    const get: Bucket['get'] = async (key, options) => {
      if (key !== 'config.json') return bucket.get(key, options);
      throw new WherryError('ACCESS_DENIED', 'Denied.', { side: 'store' });
    };
    const denied = openStore({ ...bucket, get });
    await assert.rejects(denied.moveTag(tag, change('two')), {
      code: 'ACCESS_DENIED',
      message:
        /^Whether api:latest may move is not known: Denied\. The tag \S+ of \S+ was not moved\.$/,
      hint: /s3:GetObject on config.json/,
    });
    await denied.moveTag({ repository: 'new', tag: '1' }, change('two'));
  });
});
