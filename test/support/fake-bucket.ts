import type { Bucket } from '../../shared/bucket/bucket.ts';

/** A bucket whose requests are those that are given; every other one fails the test. */
export function fakeBucket(requests: Partial<Bucket>): Bucket {
  const unexpected = () => {
    throw new Error('an unexpected request');
  };
  return {
    url: 's3://fake',
    get: unexpected,
    put: unexpected,
    head: unexpected,
    listPage: unexpected,
    delete: unexpected,
    startUpload: unexpected,
    ...requests,
  };
}

export const object = (text: string) => ({ bytes: Buffer.from(text), etag: '"1"' });
