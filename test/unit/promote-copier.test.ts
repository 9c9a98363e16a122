import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Bucket } from '../../shared/bucket/bucket.ts';
import { contentOf } from '../../shared/digest.ts';
import { WherryError } from '../../shared/error.ts';
import { type ProgressEvent, silent } from '../../shared/events.ts';
import { openStore, type Store } from '../../shared/store/store.ts';
import { Copier } from '../../shared/transfer/promote/copier.ts';
import type { MissingPart } from '../../shared/transfer/promote/missing.ts';
import { randomBytes } from '../support/image/random.ts';
import { memoryBucket } from '../support/memory-bucket.ts';

const denied = new WherryError('ACCESS_DENIED', 'access denied', { side: 'store' });

/** Two stores in memory, the first with so many chunks of 5 MB; the other's service is as it is given. */
async function prepare(
  count: number,
  from?: (source: Bucket, key: string, target: Bucket) => Promise<string>,
) {
  const buckets = { source: memoryBucket(), target: memoryBucket() };
  const reading = { now: 0, most: 0 };
  const source = openStore({
    ...buckets.source,
    async get(key, options) {
      reading.now++;
      reading.most = Math.max(reading.most, reading.now);
      await new Promise(setImmediate);
      reading.now--;
      return buckets.source.get(key, options);
    },
  });
  const copies = {
    service: async () => 'memory',
    from: (_: string, key: string) =>
      from?.(buckets.source, key, buckets.target) ?? Promise.reject(denied),
  };
  const target = openStore({ ...buckets.target, copies });
  const parts: MissingPart[] = [];
  for (let index = 0; index < count; index++) {
    const plain = Buffer.concat([randomBytes(100, index), Buffer.alloc(5_000_000)]);
    const part = { kind: 'chunk' as const, ...contentOf(plain) };
    await source.putChunk(part, plain);
    const { size, etag } = (await source.findPart(part)) ?? assert.fail();
    parts.push({ part, size, etag });
  }
  const events: ProgressEvent[] = [];
  const copier = (serverSide: boolean) =>
    new Copier({ source, target, serverSide, report: (event) => events.push(event) });
  const isThere = async () => {
    for (const { part } of parts) await target.readPart(part);
  };
  return { parts, source, target, copier, events, isThere, reading };
}

suite('what a promotion copies', () => {
  test('goes through this machine a few chunks at once, however small they are when compressed', async () => {
    const { parts, copier, isThere, reading } = await prepare(6);
    const made = copier(false);
    await made.copy(parts);
    await isThere();
    assert.deepEqual(made.count, { copied: 6, carried: 6 });
    assert.ok(reading.most <= 3, `${reading.most} at once`);
  });

  test('is not asked of the service any more once it has refused, which is said once', async () => {
    const { parts, copier, events, isThere } = await prepare(5);
    const made = copier(true);
    await made.copy(parts);
    await isThere();
    assert.deepEqual(made.count, { copied: 5, carried: 5 });
    const notices = events.filter(({ type }) => type === 'notice');
    assert.equal(notices.length, 1);
  });

  test('is looked at when the copy has another ETag, and replaced when it has another size', async () => {
    for (const [bytes, carried] of [
      ['whole', 0],
      ['cut', 3],
    ] as const) {
      const { parts, copier, isThere } = await prepare(3, async (source, key, target) => {
        const found = (await source.get(key))?.bytes ?? assert.fail();
        await target.put(key, bytes === 'whole' ? found : found.subarray(0, 10));
        return '"of a KMS key"';
      });
      const made = copier(true);
      await made.copy(parts);
      await isThere();
      assert.deepEqual(made.count, { copied: 3, carried });
    }
  });

  test('ends with the first failure, and nothing is under way then', async () => {
    const { parts, source, target } = await prepare(10);
    const underWay = new Set<MissingPart['part']>();
    let puts = 0;
    const refusing: Store = {
      ...target,
      async writePart(part, bytes, options) {
        underWay.add(part);
        await new Promise(setImmediate);
        underWay.delete(part);
        if (++puts === 2) throw denied;
        return target.writePart(part, bytes, options);
      },
    };
    const copier = new Copier({ source, target: refusing, serverSide: false, report: silent });
    await assert.rejects(copier.copy(parts), denied);
    assert.equal(underWay.size, 0);
    assert.ok(copier.count.copied < 5, `${copier.count.copied} of 10`);
  });
});
