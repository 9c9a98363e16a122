import type { Bucket } from './bucket.ts';
import type { StoredObject } from './object.ts';
import { compareUtf8 } from './utf8-order.ts';

export interface ListingQuery {
  prefix: string;
  /** Empty for none. */
  delimiter: string;
  /** Only what sorts after this key or common prefix. */
  after: string;
  limit: number;
}

export type ListingEntry =
  | { kind: 'object'; name: string; object: StoredObject }
  | { kind: 'prefix'; name: string };

export interface ListingPage {
  entries: ListingEntry[];
  isTruncated: boolean;
}

/** One page of keys, and of common prefixes when there is a delimiter, in UTF-8 order. */
export function listPage(bucket: Bucket, query: ListingQuery): ListingPage {
  const entries: ListingEntry[] = [];
  let key = firstKey(bucket, query);
  while (key?.startsWith(query.prefix)) {
    const prefix = commonPrefix(key, query);
    // A start-after within a common prefix leaves that prefix in the listing.
    const isDone = prefix !== undefined && prefix === query.after;
    if (!isDone) {
      if (entries.length === query.limit) return { entries, isTruncated: query.limit > 0 };
      entries.push(
        prefix === undefined
          ? { kind: 'object', name: key, object: bucket.get(key) as StoredObject }
          : { kind: 'prefix', name: prefix },
      );
    }
    key = prefix === undefined ? bucket.keys.firstAfter(key) : bucket.keys.firstBeyond(prefix);
  }
  return { entries, isTruncated: false };
}

function firstKey({ keys }: Bucket, { prefix, after }: ListingQuery): string | undefined {
  return after !== '' && compareUtf8(after, prefix) >= 0
    ? keys.firstAfter(after)
    : keys.firstFrom(prefix);
}

function commonPrefix(key: string, { prefix, delimiter }: ListingQuery): string | undefined {
  if (delimiter === '') return undefined;
  const end = key.indexOf(delimiter, prefix.length);
  return end < 0 ? undefined : key.slice(0, end + delimiter.length);
}
