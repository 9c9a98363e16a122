/** S3. */

import { startS3Server } from '../../s3/server.ts';
import { accessKeyId, secretAccessKey } from '../../support/s3.ts';
import { ports } from '../addresses.ts';
import { role } from '../credentials.ts';
import { readOptions, tell } from './tell.ts';

export interface BucketOptions {
  folder: string;
  host: string;
}

await startS3Server({
  ...readOptions<BucketOptions>(),
  port: ports.s3,
  buckets: ['images'],
  credentials: [{ accessKeyId, secretAccessKey }, role],
  // The instance reads, and says how it is doing, no more.
  authorize: ({ principal, action, key }) =>
    principal.accessKeyId !== role.accessKeyId ||
    /^s3:(Get|List)/.test(action) ||
    (action === 's3:PutObject' && key.startsWith('team/fleet/')),
});
tell(() => ({}));
