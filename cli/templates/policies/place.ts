import type { Text } from './document.ts';

/** Where a store is, as the ARNs of policies name it. */
export interface StorePlace {
  /** `arn:aws:s3:::bucket` */
  bucketArn: Text;
  /** The ARN of the store's objects whose keys match a pattern relative to the store: `chunks/*`. */
  objectArn(pattern: string): Text;
  /** The same patterns as whole keys, for conditions on `s3:prefix`. */
  listedPrefixes(...patterns: string[]): Text[];
}

/** The place of `s3://bucket/prefix`; the prefix may be empty. */
export function placeOfStore(bucket: string, prefix: string, partition = 'aws'): StorePlace {
  const bucketArn = `arn:${partition}:s3:::${bucket}`;
  const base = prefix === '' ? '' : `${prefix}/`;
  return {
    bucketArn,
    objectArn: (pattern) => `${bucketArn}/${base}${pattern}`,
    listedPrefixes: (...patterns) => patterns.map((pattern) => base + pattern),
  };
}
