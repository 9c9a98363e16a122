import { after, suite } from 'node:test';
import { openBucket } from '../../shared/bucket/open.ts';
import { awsEnvironment, startTestS3 } from '../support/s3.ts';
import { bucketContract } from './bucket.ts';

suite('S3 as a bucket, over HTTP', async () => {
  const server = await startTestS3({ after });
  Object.assign(process.env, awsEnvironment(server.url));
  let count = 0;
  for (const prefixed of [true, false]) {
    suite(prefixed ? 'below a prefix' : 'the bucket whole', () => {
      bucketContract(async () => {
        const prefix = prefixed ? `team/${count++}` : '';
        const location = { kind: 's3' as const, bucket: 'images', path: prefix };
        const bucket = await openBucket(location, { env: process.env });
        if (!prefixed) {
          for (const { key } of (await bucket.listPage('')).objects) await bucket.delete(key);
          for (const { key } of (await bucket.listPage('')).objects) await bucket.delete(key);
        }
        return bucket;
      });
    });
  }
});
