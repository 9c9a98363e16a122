import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Bucket, Upload } from '../../shared/bucket/bucket.ts';
import { retryingBucket } from '../../shared/bucket/retrying.ts';
import { WherryError } from '../../shared/error.ts';
import type { ProgressEvent } from '../../shared/events.ts';
import { fakeBucket, object } from '../support/fake-bucket.ts';

const policy = { budget: 5_000, delay: 1, longest: 1 };

/** Fails for so many times, then answers; each call of it counts anew. */
function flaky<T>(times: number, answer: T) {
  let failed = 0;
  return async (): Promise<T> => {
    if (failed++ < times) {
      throw new WherryError('SLOW_DOWN', 'Could not do it: S3 answers SlowDown.', {
        side: 'store',
      });
    }
    failed = 0;
    return answer;
  };
}

suite('a bucket that tries again', () => {
  test('does so with every request, and those of an upload', async () => {
    const upload: Upload = {
      part: flaky(2, undefined),
      complete: flaky(2, '"2"'),
      abort: flaky(2, undefined),
    };
    const bucket: Bucket = retryingBucket(
      fakeBucket({
        get: flaky(2, object('x')),
        put: flaky(2, '"1"'),
        head: flaky(2, undefined),
        listPage: flaky(2, { objects: [], next: undefined }),
        delete: flaky(2, undefined),
        startUpload: flaky(2, upload),
      }),
      { policy },
    );
    assert.equal((await bucket.get('key'))?.bytes.toString(), 'x');
    assert.equal(await bucket.put('key', Buffer.alloc(0)), '"1"');
    assert.equal(await bucket.head('key'), undefined);
    assert.deepEqual((await bucket.listPage('')).objects, []);
    await bucket.delete('key');
    const started = await bucket.startUpload('key');
    await started.part(1, 0, Buffer.alloc(1));
    assert.equal(await started.complete(), '"2"');
    await started.abort();
  });

  test('tells of every retry in the debug log, and of a long spell once', async () => {
    const events: ProgressEvent[] = [];
    const report = (event: ProgressEvent) => events.push(event);
    const source = fakeBucket({ get: flaky(30, undefined) });
    const bucket = retryingBucket(source, { policy, report, noticeAfter: 5 });
    await bucket.get('one');
    await bucket.get('two');
    const texts = (type: string) =>
      events.flatMap((event) => (event.type === type && 'text' in event ? [event.text] : []));
    assert.equal(texts('debug').length, 60);
    assert.match(
      texts('debug')[0] ?? '',
      /^Could not do it: S3 answers SlowDown; try 2 in \d ms\.$/,
    );
    assert.deepEqual(texts('notice'), [
      'Could not do it: S3 answers SlowDown; trying for 5 s more.',
    ]);
  });

  test('says nothing to the user of a short spell', async () => {
    const events: ProgressEvent[] = [];
    const source = fakeBucket({ get: flaky(3, undefined) });
    await retryingBucket(source, { policy, report: (event) => events.push(event) }).get('one');
    assert.deepEqual(
      events.map(({ type }) => type),
      ['debug', 'debug', 'debug'],
    );
  });
});
