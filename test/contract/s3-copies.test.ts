import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import type { Bucket } from '../../shared/bucket/bucket.ts';
import { meteredBucket, newMeter } from '../../shared/bucket/metered.ts';
import { type BucketSettings, openBucket, parseLocation } from '../../shared/bucket/open.ts';
import { startTestS3 } from '../support/s3.ts';
import { copiesContract } from './copies.ts';

suite('copies of S3, over HTTP', async () => {
  const server = await startTestS3({ after }, { buckets: ['images', 'prod'] });
  Object.assign(process.env, server.env);
  const open = (url: string, settings: Partial<BucketSettings> = {}): Promise<Bucket> =>
    openBucket(parseLocation(url), { env: process.env, ...settings });
  const meter = newMeter();
  let count = 0;
  copiesContract(async () => {
    const name = count++ % 2 === 0 ? 'images' : 'prod';
    return meteredBucket(await open(`s3://${name}/${count}`), meter);
  });

  test('are requests that move no bytes', async () => {
    const [source, target] = await Promise.all([open('s3://images'), open('s3://prod')]);
    await source.put('key', Buffer.alloc(10_000));
    const counted = newMeter();
    await meteredBucket(target, counted).copies?.from(source.url, 'key');
    assert.deepEqual(counted, { sent: 0, received: 0, requests: 1 });
  });

  test('are tried again, also when the answer was lost or cut short', async () => {
    const [source, target] = await Promise.all([open('s3://images/a'), open('s3://prod/a')]);
    for (const action of [
      { type: 'error' as const, code: 'InternalError', status: 200 },
      { type: 'error' as const, code: 'SlowDown' },
      { type: 'truncate' as const, after: 0, contentLength: 'consistent' as const },
      { type: 'truncate' as const, after: 60, contentLength: 'consistent' as const },
    ]) {
      await source.put('key', Buffer.from(JSON.stringify(action)));
      server.faults.set([{ match: { operation: 'CopyObject', times: 1 }, action }]);
      assert.ok(await target.copies?.from(source.url, 'key'));
      assert.deepEqual(server.faults.struck, [1], JSON.stringify(action));
      assert.equal((await target.get('key'))?.bytes.toString(), JSON.stringify(action));
    }
  });

  test('are not tried again where the server has no such request', async () => {
    const [source, target] = await Promise.all([open('s3://images/b'), open('s3://prod/b')]);
    await source.put('key', Buffer.from('x'));
    const action = { type: 'error' as const, code: 'NotImplemented' };
    server.faults.set([{ match: { operation: 'CopyObject', times: 1 }, action }]);
    await assert.rejects(async () => target.copies?.from(source.url, 'key'), {
      code: 'FAILED',
      message: 'Could not copy key from s3://images/b: the server cannot do that.',
    });
  });

  test('are of one partition, or of one server, whatever the region', async () => {
    delete process.env.AWS_ENDPOINT_URL;
    const service = async (settings: Partial<BucketSettings>) =>
      (await open('s3://images', settings)).copies?.service();
    const partitions = {
      'us-east-1': 'aws',
      'eu-central-1': 'aws',
      'cn-north-1': 'aws-cn',
      'us-gov-west-1': 'aws-us-gov',
      'us-isob-east-1': 'aws-iso-b',
    };
    for (const [region, partition] of Object.entries(partitions)) {
      assert.equal(await service({ region }), partition);
    }
    const endpointUrl = 'https://s3.eu-west-1.amazonaws.com';
    assert.equal(await service({ region: 'eu-west-1', endpointUrl }), 'aws');
    assert.equal(await service({ endpointUrl: 'http://minio:9000/' }), 'http://minio:9000');
    process.env.AWS_ENDPOINT_URL = 'https://minio.example/';
    assert.equal(await service({}), 'https://minio.example');
  });
});
