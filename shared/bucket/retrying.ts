import { type RetryPolicy, retry } from '../retry.ts';
import type { Bucket, Options, Upload } from './bucket.ts';

/** The same bucket, with every request tried again while it fails as UNAVAILABLE. */
export function retryingBucket(bucket: Bucket, policy?: RetryPolicy): Bucket {
  const again = <T>(work: () => Promise<T>, options?: Options): Promise<T> =>
    retry(work, { signal: options?.signal, ...(policy ? { policy } : {}) });
  return {
    url: bucket.url,
    get: (key, options) => again(() => bucket.get(key, options), options),
    put: (key, bytes, options) => again(() => bucket.put(key, bytes, options), options),
    head: (key, options) => again(() => bucket.head(key, options), options),
    listPage: (prefix, options) => again(() => bucket.listPage(prefix, options), options),
    delete: (key, options) => again(() => bucket.delete(key, options), options),
    startUpload: async (key, options) =>
      retryingUpload(await again(() => bucket.startUpload(key, options), options), (work) =>
        again(work, options),
      ),
  };
}

function retryingUpload(upload: Upload, again: <T>(work: () => Promise<T>) => Promise<T>): Upload {
  return {
    part: (number, offset, bytes) => again(() => upload.part(number, offset, bytes)),
    complete: () => again(() => upload.complete()),
    abort: () => again(() => upload.abort()),
  };
}
