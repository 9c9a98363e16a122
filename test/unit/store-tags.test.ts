import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Bucket } from '../../shared/bucket/bucket.ts';
import { openFolderBucket } from '../../shared/bucket/folder/folder.ts';
import { authorOf } from '../../shared/command/author.ts';
import { contentOf } from '../../shared/digest.ts';
import { WherryError } from '../../shared/error.ts';
import { mediaType } from '../../shared/image/manifest.ts';
import { openStore, type Store } from '../../shared/store/store.ts';
import { decodeTag, encodeTag, type TagRecord } from '../../shared/store/tag.ts';
import { targetOf } from '../../shared/store/tag-images.ts';
import { tagChange as change } from '../support/tag-change.ts';
import { type Cleanup, tempFolder } from '../support/temp.ts';

const tag = { repository: 'team/api', tag: 'production' };

async function newBucket(t: Cleanup): Promise<Bucket> {
  return openFolderBucket(await tempFolder(t, 'store'));
}

async function checkHistory(store: Store, digests: string[]): Promise<void> {
  const history = (await store.listHistory(tag)).reverse();
  assert.deepEqual(
    history.map(({ sequence }) => sequence),
    digests.map((_, index) => index + 1),
  );
  assert.deepEqual(
    history.map(({ digest }) => digest),
    digests,
  );
  for (const [index, record] of history.entries()) {
    assert.equal(record.previous, history[index - 1]?.digest);
  }
}

suite('tags', () => {
  test('a tag moves, and its history is a single line', async (t) => {
    const store = openStore(await newBucket(t));
    assert.equal(await store.getTag(tag), undefined);
    for (const name of ['one', 'two', 'one']) await store.moveTag(tag, change(name));
    await checkHistory(
      store,
      ['one', 'two', 'one'].map((name) => change(name).digest),
    );
  });

  test('moving to where it is changes nothing', async (t) => {
    const store = openStore(await newBucket(t));
    const first = await store.moveTag(tag, change('one'));
    assert.deepEqual(await store.moveTag(tag, change('one')), first);
    await checkHistory(store, [first.digest]);
  });

  test('many movers at once: every one is in the history, which has no gap', async (t) => {
    const bucket = await newBucket(t);
    const names = Array.from({ length: 25 }, (_, index) => `mover ${index}`);
    await Promise.all(names.map((name) => openStore(bucket).moveTag(tag, change(name))));
    const history = await openStore(bucket).listHistory(tag);
    const sequences = history.map(({ sequence }) => sequence).sort((a, b) => a - b);
    assert.deepEqual(
      sequences,
      names.map((_, index) => index + 1),
    );
    const digests = new Set(history.map(({ digest }) => digest));
    assert.equal(digests.size, names.length);
  });

  test('a change that depends on where the tag points is made anew after each lost race', async (t) => {
    const bucket = await newBucket(t);
    const names = Array.from({ length: 20 }, (_, index) => `linux/arch${10 + index}`);
    const add = (platform: string) => async (current: TagRecord | undefined) => {
      const image = { ...contentOf(Buffer.from(platform)), platform, source: undefined };
      const mine = { ...image, imageSize: 2, layers: 3, chunks: 5 };
      const target = targetOf([mine, ...(current?.images ?? [])]);
      return { ...change('any'), ...target };
    };
    await Promise.all(names.map((name) => openStore(bucket).moveTag(tag, add(name))));
    const history = await openStore(bucket).listHistory(tag);
    assert.equal(history.length, names.length);
    const [last] = history;
    assert.deepEqual(last?.platforms, names);
    assert.deepEqual([last.imageSize, last.layers, last.chunks], [40, 60, 100]);
    assert.equal(last.mediaType, mediaType.index);
    assert.equal(history.at(-1)?.mediaType, mediaType.manifest);
  });

  test('of many who expect the same, exactly one moves it', async (t) => {
    const bucket = await newBucket(t);
    const { digest: expect } = await openStore(bucket).moveTag(tag, change('start'));
    const moves = Array.from({ length: 20 }, (_, index) =>
      openStore(bucket)
        .moveTag(tag, change(`mover ${index}`), { expect })
        .then(
          () => 'moved',
          (error) => error.code,
        ),
    );
    const outcomes = await Promise.all(moves);
    assert.equal(outcomes.filter((outcome) => outcome === 'moved').length, 1);
    assert.equal(outcomes.filter((outcome) => outcome === 'CONFLICT').length, 19);
    assert.equal((await openStore(bucket).listHistory(tag)).length, 2);
  });

  test('none is expected of a tag that is there, and a digest of one that is not', async (t) => {
    const store = openStore(await newBucket(t));
    const { digest } = change('one');
    await assert.rejects(
      store.moveTag(tag, change('two'), { expect: digest }),
      /is not there; it was expected at/,
    );
    await store.moveTag(tag, change('one'), { expect: 'none' });
    await assert.rejects(
      store.moveTag(tag, change('two'), { expect: 'none' }),
      /expected to be absent/,
    );
    assert.equal((await store.getTag(tag))?.digest, digest);
  });

  test('an immutable tag is made once, and made again by the same image', async (t) => {
    const store = openStore(await newBucket(t));
    await store.moveTag(tag, change('one'), { immutable: true });
    await store.moveTag(tag, change('one'), { immutable: true });
    await assert.rejects(store.moveTag(tag, change('two'), { immutable: true }), {
      code: 'CONFLICT',
    });
  });

  test('a writer that dies after the pointer leaves neither a gap nor a lie', async (t) => {
    const bucket = await newBucket(t);
    await openStore(bucket).moveTag(tag, change('one'));
    const dying = openStore(failing(bucket, (key) => key.startsWith('history/')));
    await assert.rejects(dying.moveTag(tag, change('two')), /killed/);
    // It died before it could write the record of what is in the pointer already; that is the first.
    assert.equal((await openStore(bucket).getTag(tag))?.digest, change('one').digest);

    let writes = 0;
    const later = openStore(failing(bucket, (key) => key.startsWith('history/') && ++writes === 2));
    await assert.rejects(later.moveTag(tag, change('two')), /killed/);
    const store = openStore(bucket);
    await checkHistory(
      store,
      ['one', 'two'].map((name) => change(name).digest),
    );
    await store.moveTag(tag, change('three'));
    await checkHistory(
      store,
      ['one', 'two', 'three'].map((name) => change(name).digest),
    );
  });

  test('a writer that dies before the pointer leaves nothing', async (t) => {
    const bucket = await newBucket(t);
    await openStore(bucket).moveTag(tag, change('one'));
    const dying = openStore(failing(bucket, (key) => key.startsWith('tags/')));
    await assert.rejects(dying.moveTag(tag, change('two')), /killed/);
    await openStore(bucket).moveTag(tag, change('three'));
    await checkHistory(
      openStore(bucket),
      ['one', 'three'].map((name) => change(name).digest),
    );
  });

  test('a writer whose answer was lost knows that it won, also when it was overtaken', async (t) => {
    for (const overtaken of [false, true]) {
      const bucket = await newBucket(t);
      const start = await openStore(bucket).moveTag(tag, change('start'));
      const put: Bucket['put'] = async (key, bytes, options) => {
        const etag = await bucket.put(key, bytes, options);
        if (!key.startsWith('tags/')) return etag;
        if (overtaken) await openStore(bucket).moveTag(tag, change('other'));
        // The try whose answer was lost did it; the one that is answered finds another ETag.
        return undefined;
      };
      const moved = await openStore({ ...bucket, put }).moveTag(tag, change('mine'), {
        expect: start.digest,
      });
      assert.equal(moved.digest, change('mine').digest);
      assert.equal(moved.sequence, 2);
      const expected = ['start', 'mine', ...(overtaken ? ['other'] : [])];
      await checkHistory(
        openStore(bucket),
        expected.map((name) => change(name).digest),
      );
    }
  });

  test('a record that was read is written again with the same bytes', async (t) => {
    const bucket = await newBucket(t);
    const [by, from] = [authorOf({ GITLAB_CI: '1', CI_JOB_URL: 'x' }), { reference: 'api:1' }];
    await openStore(bucket).moveTag(tag, { ...change('one'), by, from, note: 'why' });
    const { bytes } = (await bucket.get('tags/team/api:production')) ?? assert.fail();
    assert.ok(encodeTag(decodeTag(tag, bytes)).equals(bytes));
  });

  test('lists the tags of all repositories, or of one and not of its neighbours', async (t) => {
    const store = openStore(await newBucket(t));
    const names = ['api:1', 'api:2', 'api-v2:1', 'team/api:1', 'localhost:5000/api:1'];
    for (const name of names) {
      const at = name.lastIndexOf(':');
      const [repository, one] = [name.slice(0, at), name.slice(at + 1)];
      await store.moveTag({ repository, tag: one }, change(name));
    }
    const listed = async (repository?: string) => {
      const found: string[] = [];
      for await (const { repository: name, tag } of store.listTags(repository))
        found.push(`${name}:${tag}`);
      return found;
    };
    assert.deepEqual((await listed()).sort(), [...names].sort());
    assert.deepEqual(await listed('api'), ['api:1', 'api:2']);
    assert.deepEqual(await listed('localhost:5000/api'), ['localhost:5000/api:1']);
    assert.deepEqual(await listed('ap'), []);
  });

  test('a tag of another version, or that is none, is told', async (t) => {
    const bucket = await newBucket(t);
    const store = openStore(bucket);
    const bad: [string, RegExp][] = [
      ['{"wherry":2}', /another version/],
      ['{"wherry":1}', /lacks its sequence number/],
      ['nonsense', /is not JSON/],
      ['null', /is not an object/],
    ];
    for (const [text, message] of bad) {
      await bucket.put('tags/team/api:production', Buffer.from(text));
      await assert.rejects(store.getTag(tag), message);
    }
  });
});

/** A bucket whose user is killed at the first put of a key that fits. */
function failing(bucket: Bucket, fits: (key: string) => boolean): Bucket {
  return {
    ...bucket,
    put: async (key, bytes, options) => {
      if (fits(key)) throw new WherryError('FAILED', 'killed', { side: 'local' });
      return bucket.put(key, bytes, options);
    },
  };
}

test('a pointer that is corrupt is only moved to repair it, from what the history has last', async (t) => {
  const bucket = await newBucket(t);
  const store = openStore(bucket);
  const [first, second] = [change('one'), change('two')];
  await store.moveTag(tag, first);
  const last = await store.moveTag(tag, second);
  const damage = () => bucket.put('tags/team/api:production', Buffer.from('{"wherry":1,'));

  await damage();
  await assert.rejects(store.moveTag(tag, change('three')), { code: 'CORRUPT' });
  const seen: (TagRecord | undefined)[] = [];
  const by = async (current: TagRecord | undefined) => {
    seen.push(current);
    return change('three');
  };
  const moved = await store.moveTag(tag, by, { repair: true });
  assert.deepEqual(seen, [last]);
  assert.deepEqual([moved.sequence, moved.previous], [3, second.digest]);

  await damage();
  assert.deepEqual(await store.moveTag(tag, change('three'), { repair: true }), moved);
  assert.deepEqual(await store.getTag(tag), moved);
  assert.equal((await store.listHistory(tag)).length, 3);
});
