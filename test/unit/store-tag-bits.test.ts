import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Bucket } from '../../shared/bucket/bucket.ts';
import { openFolderBucket } from '../../shared/bucket/folder/folder.ts';
import { isWherryError } from '../../shared/error.ts';
import { openStore } from '../../shared/store/store.ts';
import { tagChange as change } from '../support/tag-change.ts';
import { tempFolder } from '../support/temp.ts';

const tag = { repository: 'api', tag: '1' };
suite('a bit of a tag that is hurt on its way', async () => {
  test('is never taken for the tag, whichever it is', async (t) => {
    const bucket = openFolderBucket(await tempFolder(t, 'bits'));
    const written = await openStore(bucket).moveTag(tag, change('one'));
    const object = (await bucket.get('tags/api:1')) ?? assert.fail();
    const held = { ...bucket, get: async () => object };
    for (let bit = 0; bit < object.bytes.length * 8; bit++) {
      const read = openStore(flipping(held, bit, Infinity)).getTag(tag);
      const found = await read.catch((error) => {
        assert.ok(isWherryError(error, 'CORRUPT'), error);
      });
      if (found) assert.deepEqual(found, written, `bit ${bit}`);
    }
  });

  test('is fetched once more, so that the next change has the right number', async (t) => {
    const bucket = openFolderBucket(await tempFolder(t, 'bits'));
    await openStore(bucket).moveTag(tag, change('one'));
    const bytes = (await bucket.get('tags/api:1'))?.bytes ?? assert.fail();
    const sequence = bytes.indexOf('"sequence": 1') + '"sequence": '.length;
    const next = await openStore(flipping(bucket, sequence * 8, 1)).moveTag(tag, change('two'));
    assert.equal(next.sequence, 2);
    assert.equal((await openStore(bucket).listHistory(tag)).length, 2);
  });

  test('is fetched many times before a repair takes it for corrupt, and its history too', async (t) => {
    const bucket = openFolderBucket(await tempFolder(t, 'bits'));
    const repair = (hurt: string, name: string) =>
      openStore(flipping(bucket, 0, 9, hurt)).moveTag(tag, change(name), { repair: true });
    await openStore(bucket).moveTag(tag, change('one'));
    assert.equal((await repair('tags', 'two')).previous, change('one').digest);
    await bucket.put('tags/api:1', Buffer.from('{'), {});
    assert.equal((await repair('history', 'three')).previous, change('two').digest);
    const numbers = (await openStore(bucket).listHistory(tag)).map(({ sequence }) => sequence);
    assert.deepEqual(numbers, [3, 2, 1]);
  });
});

/** The same bucket, where the first `times` reads below a prefix have a bit flipped. */
function flipping(bucket: Bucket, bit: number, times: number, prefix = ''): Bucket {
  let left = times;
  return {
    ...bucket,
    async get(key, options) {
      const object = await bucket.get(key, options);
      if (!object || !key.startsWith(prefix) || left-- <= 0) return object;
      const bytes = Buffer.from(object.bytes);
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
      return { ...object, bytes };
    },
  };
}
