import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { openBucket, parseLocation } from '../../shared/bucket/open.ts';
import { startTestS3 } from '../support/s3.ts';

suite('an answer of S3 that is cut short, with a length that says it is whole', async () => {
  const s3 = await startTestS3({ after });
  Object.assign(process.env, s3.env);
  const bucket = await openBucket(parseLocation('s3://images/cut'), { env: process.env });
  await bucket.put('there', Buffer.from('x'));

  for (const bytes of [0, 50, 150]) {
    const cutOnce = (operation: string) =>
      s3.faults.set([
        {
          match: { operation, times: 1 },
          action: { type: 'truncate', after: bytes, contentLength: 'consistent' },
        },
      ]);

    test(`after ${bytes} bytes: a missing key is asked for again`, async () => {
      cutOnce('GetObject');
      assert.equal(await bucket.get('nothing'), undefined);
      assert.deepEqual(s3.faults.struck, [1]);
    });

    test(`after ${bytes} bytes: a listing is asked for again, and not taken for empty`, async () => {
      cutOnce('ListObjectsV2');
      const { objects } = await bucket.listPage('');
      assert.deepEqual(
        objects.map(({ key }) => key),
        ['there'],
      );
      assert.deepEqual(s3.faults.struck, [1]);
    });
  }
});
