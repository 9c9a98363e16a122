import type { Bucket } from './bucket.ts';

/** What is known of a request before it is sent. */
export interface RequestInfo {
  signal: AbortSignal | undefined;
  /** Whether it only tidies up after something that failed, or that its signal ended. */
  cleanup: boolean;
}

export type Around = <T>(send: () => Promise<T>, request: RequestInfo) => Promise<T>;

/** The same bucket, with `around` put around every request, those of its uploads included. */
export function bucketWith(around: Around, bucket: Bucket): Bucket {
  const request = <T>(send: () => Promise<T>, options?: { signal?: AbortSignal | undefined }) =>
    around(send, { signal: options?.signal, cleanup: false });
  const { copies } = bucket;
  return {
    url: bucket.url,
    copies: copies && {
      service: () => copies.service(),
      from: (source, key, options) => request(() => copies.from(source, key, options), options),
    },
    get: (key, options) => request(() => bucket.get(key, options), options),
    put: (key, bytes, options) => request(() => bucket.put(key, bytes, options), options),
    head: (key, options) => request(() => bucket.head(key, options), options),
    listPage: (prefix, options) => request(() => bucket.listPage(prefix, options), options),
    delete: (key, options) => request(() => bucket.delete(key, options), options),
    startUpload: async (key, options) => {
      const upload = await request(() => bucket.startUpload(key, options), options);
      return {
        part: (number, offset, bytes) => request(() => upload.part(number, offset, bytes), options),
        complete: () => request(() => upload.complete(), options),
        abort: () => around(() => upload.abort(), { signal: options?.signal, cleanup: true }),
      };
    },
  };
}
