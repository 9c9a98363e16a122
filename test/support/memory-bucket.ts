import { createHash } from 'node:crypto';
import { type Bucket, unchanged } from '../../shared/bucket/bucket.ts';

interface Stored {
  bytes: Buffer;
  etag: string;
  modified: Date;
}

/** A bucket in memory, for tests of what is above it; `now` is its clock. */
export function memoryBucket(now: () => Date = () => new Date()): Bucket {
  const objects = new Map<string, Stored>();
  const info = (key: string, { bytes, etag, modified }: Stored) => {
    return { key, size: bytes.length, etag, modified };
  };
  return {
    url: 's3://memory',
    async get(key, { ifNoneMatch } = {}) {
      const found = objects.get(key);
      if (!found) return undefined;
      if (found.etag === ifNoneMatch) return unchanged(found.etag);
      return { bytes: Buffer.from(found.bytes), etag: found.etag };
    },
    async put(key, bytes, { condition } = {}) {
      const found = objects.get(key);
      if (condition && 'absent' in condition && found) return undefined;
      if (condition && 'etag' in condition && found?.etag !== condition.etag) return undefined;
      const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
      objects.set(key, { bytes: Buffer.from(bytes), etag, modified: now() });
      return etag;
    },
    async head(key) {
      const found = objects.get(key);
      return found && info(key, found);
    },
    async listPage(prefix) {
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix)).sort();
      return {
        objects: keys.map((key) => info(key, objects.get(key) as Stored)),
        next: undefined,
      };
    },
    async delete(key) {
      objects.delete(key);
    },
    startUpload: () => Promise.reject(new Error('nothing here is that large')),
  };
}
