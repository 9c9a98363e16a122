import type { Bucket } from './bucket.ts';

/** What went over the wire: bodies only, in bytes, tries that failed not counted. */
export interface Meter {
  sent: number;
  received: number;
  requests: number;
}

export function newMeter(): Meter {
  return { sent: 0, received: 0, requests: 0 };
}

/** The same bucket, with what it moves added to `meter`. */
export function meteredBucket(bucket: Bucket, meter: Meter): Bucket {
  const { copies } = bucket;
  return {
    url: bucket.url,
    copies: copies && {
      service: () => copies.service(),
      from(source, key, options) {
        meter.requests++;
        return copies.from(source, key, options);
      },
    },
    async get(key, options) {
      meter.requests++;
      const object = await bucket.get(key, options);
      meter.received += object?.bytes.length ?? 0;
      return object;
    },
    async put(key, bytes, options) {
      meter.requests++;
      const etag = await bucket.put(key, bytes, options);
      meter.sent += bytes.length;
      return etag;
    },
    head(key, options) {
      meter.requests++;
      return bucket.head(key, options);
    },
    listPage(prefix, options) {
      meter.requests++;
      return bucket.listPage(prefix, options);
    },
    delete(key, options) {
      meter.requests++;
      return bucket.delete(key, options);
    },
    async startUpload(key, options) {
      meter.requests++;
      const upload = await bucket.startUpload(key, options);
      return {
        async part(number, offset, bytes) {
          meter.requests++;
          await upload.part(number, offset, bytes);
          meter.sent += bytes.length;
        },
        complete() {
          meter.requests++;
          return upload.complete();
        },
        abort: () => upload.abort(),
      };
    },
  };
}
