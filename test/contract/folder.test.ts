import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite } from 'node:test';
import { openFolderBucket } from '../../shared/bucket/folder/folder.ts';
import { retryingBucket } from '../../shared/bucket/retrying.ts';
import { bucketContract } from './bucket.ts';

suite('a folder as a bucket', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wherry-folder-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  let count = 0;
  bucketContract(async () => {
    const bucket = retryingBucket(openFolderBucket(join(folder, `bucket-${count++}`)));
    await bucket.put('made', Buffer.alloc(0));
    await bucket.delete('made');
    return bucket;
  });
});
