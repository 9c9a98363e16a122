import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Bucket } from '../../shared/bucket/bucket.ts';
import { type ErrorCode, interrupted, WherryError } from '../../shared/error.ts';
import type { ProgressEvent } from '../../shared/events.ts';
import { openStore } from '../../shared/store/store.ts';
import type { TagRecord } from '../../shared/store/tag.ts';
import type { MoveOptions } from '../../shared/store/tag-move.ts';
import { memoryBucket } from '../support/memory-bucket.ts';
import { tagChange } from '../support/tag-change.ts';

const tag = { repository: 'api', tag: 'production' };
const pointer = 'tags/api:production';
const refusal = (code: ErrorCode) => new WherryError(code, 'It failed.', { side: 'store' });

/** A store where the tag is at "one", and whose next swap of the pointer is this. */
async function newStore(swap: (put: () => Promise<unknown>, bucket: Bucket) => Promise<never>) {
  const bucket = memoryBucket();
  await openStore(bucket).moveTag(tag, tagChange('one'));
  const states: string[] = [];
  const report = (event: ProgressEvent) => {
    if (event.type === 'tag') states.push(event.state);
  };
  let swaps = 0;
  const failing = {
    ...bucket,
    put: async (...args: Parameters<Bucket['put']>) =>
      args[0] === pointer && swaps++ === 0
        ? swap(() => bucket.put(...args), bucket)
        : bucket.put(...args),
  };
  return { bucket, store: openStore(failing, report), states };
}

async function failed(
  swap: Parameters<typeof newStore>[0],
  options: MoveOptions = {},
  change = tagChange('two'),
) {
  const { store, states, bucket } = await newStore(swap);
  const error = await store.moveTag(tag, change, options).then(
    () => assert.fail('it succeeded'),
    (thrown: WherryError) => thrown,
  );
  const record = await openStore(bucket).getTag(tag);
  return { code: error.code, message: error.message, states: states.join(), record };
}

const theTag = 'It failed. The tag api:production of s3://memory';

suite('what has become of a tag whose swap fails', () => {
  for (const code of ['UNAVAILABLE', 'SLOW_DOWN', 'ACCESS_DENIED'] as const) {
    test(`it was done, though the answer is ${code}: that is success`, async () => {
      const { store, states } = await newStore(async (put) => {
        await put();
        throw refusal(code);
      });
      const moved: TagRecord = await store.moveTag(tag, tagChange('two'));
      assert.deepEqual(await store.getChange(tag, 2), moved);
      assert.equal(states.join(), 'moving,moved');
    });
  }

  test('it was done, and then interrupted: that it has moved is told', async () => {
    const stop = new AbortController();
    const options = { signal: stop.signal };
    const { message, states, record } = await failed(async (put) => {
      await put();
      stop.abort();
      throw interrupted();
    }, options);
    assert.equal(message, 'Interrupted. The tag api:production of s3://memory has moved.');
    assert.deepEqual([states, record?.sequence], ['moving,moved', 2]);
  });

  test('it was refused: the tag is as it was', async () => {
    const { code, message, states, record } = await failed(async () => {
      throw refusal('ACCESS_DENIED');
    });
    assert.deepEqual([code, message], ['ACCESS_DENIED', `${theTag} is as it was.`]);
    assert.deepEqual([states, record?.sequence], ['moving,refused', 1]);
  });

  test('nobody answered, and it is not done: it may be yet, and whoever asks is told', async () => {
    const { code, message, states } = await failed(async () => {
      throw refusal('UNAVAILABLE');
    });
    const open = 'was not moved when it was looked at, but what was sent may still arrive.';
    assert.deepEqual([code, message], ['UNAVAILABLE', `${theTag} ${open}`]);
    assert.equal(states, 'moving');
  });

  test('another was faster: then what was sent cannot arrive any more', async () => {
    const { message, states, record } = await failed(async (_put, bucket) => {
      await openStore(bucket).moveTag(tag, tagChange('theirs'));
      throw refusal('UNAVAILABLE');
    });
    assert.equal(message, `${theTag} was changed by somebody else meanwhile.`);
    assert.deepEqual([states, record?.digest], ['moving,refused', tagChange('theirs').digest]);
  });

  test('it was done, and another came after', async () => {
    const { store } = await newStore(async (put, bucket) => {
      await put();
      await openStore(bucket).moveTag(tag, tagChange('theirs'));
      throw refusal('UNAVAILABLE');
    });
    assert.equal((await store.moveTag(tag, tagChange('two'))).sequence, 2);
    assert.equal((await store.getTag(tag))?.sequence, 3);
  });

  test('it cannot be looked at, which is told', async () => {
    const { store, states } = await newStore(async (_put, bucket) => {
      await bucket.put(pointer, Buffer.from('{'));
      throw refusal('UNAVAILABLE');
    });
    await assert.rejects(store.moveTag(tag, tagChange('two')), {
      code: 'UNAVAILABLE',
      message:
        'It failed. Whether the tag api:production of s3://memory has moved could not be told.',
    });
    assert.equal(states.join(), 'moving');
  });

  test('a removal is told as one', async () => {
    const change = { ...tagChange('one'), action: 'remove' as const };
    const { message } = await failed(
      async () => {
        throw refusal('UNAVAILABLE');
      },
      {},
      change,
    );
    assert.match(message, /production of s3:\/\/memory was not removed when it was looked at/);
  });
});
