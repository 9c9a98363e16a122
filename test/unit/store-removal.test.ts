import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { bucketWith } from '../../shared/bucket/around.ts';
import type { Bucket } from '../../shared/bucket/bucket.ts';
import { isWherryError, WherryError } from '../../shared/error.ts';
import { listImages } from '../../shared/store/list-images.ts';
import { openStore } from '../../shared/store/store.ts';
import { isRemoval, type TagRecord } from '../../shared/store/tag.ts';
import { planRemoval, removeTag } from '../../shared/transfer/remove.ts';
import { planRollback, rollBack } from '../../shared/transfer/rollback.ts';
import { memoryBucket } from '../support/memory-bucket.ts';
import { tagChange } from '../support/tag-change.ts';

const tag = { repository: 'api', tag: 'production' };
const by = { user: 'alice', host: 'laptop', run: undefined, commit: undefined };
const cause = { by, note: undefined };

/** Pushes content of that name, whose manifest is in the store as after a real push. */
async function push(bucket: Bucket, name: string): Promise<TagRecord> {
  const store = openStore(bucket);
  await store.putBlob(Buffer.from(name));
  return store.moveTag(tag, tagChange(name));
}

async function remove(bucket: Bucket, force = false): Promise<TagRecord> {
  const store = openStore(bucket);
  return removeTag(await planRemoval({ tag, force }, store, {}), cause, store, {});
}

async function rollback(bucket: Bucket, to?: number): Promise<TagRecord> {
  const store = openStore(bucket);
  return rollBack(await planRollback({ tag, to }, store, {}), cause, store, {});
}

/** Checks that the history is one line, as the pointer went. @returns it, the oldest first */
async function lineOf(bucket: Bucket): Promise<TagRecord[]> {
  const store = openStore(bucket);
  const line = (await store.listHistory(tag)).reverse();
  for (const [index, record] of line.entries()) {
    const before = line[index - 1];
    assert.equal(record.sequence, index + 1);
    assert.equal(record.previous, before && !isRemoval(before) ? before.digest : undefined);
    if (isRemoval(record)) assert.equal(record.digest, before?.digest);
    // What was only in the pointer is in the history by now, but for the last.
    if (index < line.length - 1) {
      assert.equal((await store.getChange(tag, record.sequence))?.id, record.id);
    }
  }
  const last = line.at(-1);
  assert.deepEqual(await store.getTag(tag), last && isRemoval(last) ? undefined : last);
  return line;
}

const actions = (line: TagRecord[]) => line.map(({ action }) => action).join(' ');

test('a rollback by number finds the last change where its writer died before the history', async () => {
  const bucket = memoryBucket();
  await push(bucket, 'one');
  const dying: Bucket = {
    ...bucket,
    async put(key, bytes, options) {
      if (key.endsWith('/0000000002')) throw new Error('killed');
      return bucket.put(key, bytes, options);
    },
  };
  await assert.rejects(push(dying, 'two'), /killed/);
  const store = openStore(bucket);
  assert.equal(await store.getChange(tag, 2), undefined);
  const { current, target, restored } = await planRollback({ tag, to: 2 }, store, {});
  assert.equal(target.digest, tagChange('two').digest);
  assert.deepEqual([target, restored], [current, 2]);
});

suite('a tag that was removed', () => {
  test('is gone for every reader, and its history is there', async () => {
    const bucket = memoryBucket();
    const store = openStore(bucket);
    const pushed = await push(bucket, 'one');
    const seen = await store.pollTag(tag, undefined);
    assert.ok(seen && seen !== 'unchanged');
    const removed = await remove(bucket);
    assert.deepEqual([removed.action, removed.digest], ['remove', pushed.digest]);
    assert.equal(await store.getTag(tag), undefined);
    assert.equal(await store.pollTag(tag, seen.etag), undefined);
    assert.deepEqual(await listImages(store, undefined, {}), []);
    assert.deepEqual(await store.listHistory(tag), [removed, pushed]);
    await assert.rejects(remove(bucket), {
      code: 'NOT_FOUND',
      message: /was removed already, by change 2/,
    });
  });

  test('can be pushed again, as absent, and its numbers go on', async () => {
    const bucket = memoryBucket();
    await push(bucket, 'one');
    await remove(bucket);
    const store = openStore(bucket);
    await assert.rejects(
      store.moveTag(tag, tagChange('one'), { expect: tagChange('one').digest }),
      {
        code: 'CONFLICT',
        message: /is not there; it was expected at/,
      },
    );
    const again = await store.moveTag(tag, tagChange('one'), { expect: 'none', immutable: true });
    assert.deepEqual([again.sequence, again.previous], [3, undefined]);
    assert.equal(actions(await lineOf(bucket)), 'push remove push');
  });

  test('is brought back by a rollback, which then goes further back', async () => {
    const bucket = memoryBucket();
    const [one, two] = [await push(bucket, 'one'), await push(bucket, 'two')];
    await remove(bucket);
    assert.equal((await rollback(bucket)).digest, two.digest);
    assert.equal((await rollback(bucket)).digest, one.digest);
    await assert.rejects(rollback(bucket), { code: 'NOT_FOUND' });
    await assert.rejects(rollback(bucket, 3), /Change 3 of api:production removed it/);
    assert.equal(actions(await lineOf(bucket)), 'push push remove rollback rollback');
  });

  test('is not what a rollback leads to', async () => {
    const bucket = memoryBucket();
    const one = await push(bucket, 'one');
    await remove(bucket);
    await push(bucket, 'two');
    assert.equal((await rollback(bucket)).digest, one.digest);
  });

  test('is not there for a history whose pointer is corrupt either', async () => {
    const bucket = memoryBucket();
    await push(bucket, 'one');
    await remove(bucket);
    await bucket.put('tags/api:production', Buffer.from('{'));
    const options = { repair: true, expect: 'none' as const };
    const moved = await openStore(bucket).moveTag(tag, tagChange('two'), options);
    assert.deepEqual([moved.sequence, moved.previous], [3, undefined]);
  });
});

/** A bucket whose user is killed in place of request number `at`, or right after it. */
function dying(bucket: Bucket, at: number, after: boolean): { bucket: Bucket; died(): boolean } {
  let requests = 0;
  const killed = () => new WherryError('FAILED', 'killed', { side: 'local' });
  const wrapped = bucketWith(async (send) => {
    if (requests > at || (requests++ === at && !after)) throw killed();
    const answer = await send();
    if (requests > at) throw killed();
    return answer;
  }, bucket);
  return { bucket: wrapped, died: () => requests > at };
}

suite('one who dies at any request', () => {
  for (const [name, act] of [
    ['removal', (bucket: Bucket) => remove(bucket)],
    ['rollback', (bucket: Bucket) => rollback(bucket)],
    ['push', (bucket: Bucket) => push(bucket, 'three')],
  ] as const) {
    for (const next of ['push', 'remove', 'rollback'] as const) {
      test(`of a ${name} leaves a single line for a ${next}`, async () => {
        for (const after of [false, true]) {
          for (let at = 0; ; at++) {
            const bucket = memoryBucket();
            for (const content of ['one', 'two']) await push(bucket, content);
            const victim = dying(bucket, at, after);
            let said = '';
            const done = await act(victim.bucket).then(
              () => true,
              (error) => {
                assert.ok(isWherryError(error) && /^killed\b/.test(error.message), error);
                said = error.message;
                return false;
              },
            );
            const before = await lineOf(bucket);
            assert.ok(before.length === 2 || before.length === 3);
            if (/ was not (?:moved|removed)\./.test(said)) assert.equal(before.length, 2);
            if (/ The tag .* has (?:moved|been removed)\./.test(said))
              assert.equal(before.length, 3);
            const gone = isRemoval(before.at(-1) ?? assert.fail());
            const go = { push: () => push(bucket, 'four'), remove, rollback }[next];
            if (next === 'remove' && gone) await assert.rejects(remove(bucket), /already/);
            else if (next === 'rollback' && before.at(-1)?.action === 'rollback')
              await assert.rejects(rollback(bucket), /nothing before/);
            else assert.equal((await go(bucket)).sequence, before.length + 1);
            await lineOf(bucket);
            if (!victim.died()) {
              assert.ok(done && at >= 5, `${at}`);
              break;
            }
          }
        }
      });
    }
  }
});

suite('in whatever order their requests come', () => {
  test('pushes, removals and rollbacks make one line, and each tells the truth', async () => {
    const race = fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.constantFrom('push', 'remove', 'rollback'), { minLength: 2, maxLength: 4 }),
      async (scheduler, kinds) => {
        const bucket = memoryBucket();
        for (const content of ['one', 'two']) await push(bucket, content);
        const slow = bucketWith(async (send) => {
          await scheduler.schedule(Promise.resolve());
          return send();
        }, bucket);
        const run = (kind: string, index: number) =>
          kind === 'push'
            ? push(slow, `push ${index}`)
            : kind === 'remove'
              ? remove(slow)
              : rollback(slow);
        const all = Promise.allSettled(kinds.map(run));
        const results = await scheduler.waitFor(all);
        const line = await lineOf(bucket);
        const done = results.flatMap((result) =>
          result.status === 'fulfilled' ? [result.value] : [],
        );
        assert.deepEqual(
          done.map(({ id }) => id).sort(),
          line
            .slice(2)
            .map(({ id }) => id)
            .sort(),
        );
        for (const [index, result] of results.entries()) {
          if (result.status === 'fulfilled') continue;
          assert.ok(kinds[index] !== 'push', result.reason);
          assert.match(result.reason.code, /^(?:CONFLICT|NOT_FOUND)$/);
        }
        assert.ok(done.length > 0);
      },
    );
    await fc.assert(race, { numRuns: 150 });
  });
});
