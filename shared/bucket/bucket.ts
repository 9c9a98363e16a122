/**
 * A bucket holds keys and bytes and knows nothing of what they mean. Keys are relative to the
 * bucket's own prefix, `/`-separated, without empty, `.` or `..` parts.
 *
 * Every method throws a WherryError of the side `store`: NO_CREDENTIALS, ACCESS_DENIED,
 * WRONG_REGION, NOT_FOUND (the bucket itself), NO_SPACE, UNAVAILABLE (worth another try), SLOW_DOWN
 * (worth another try, among fewer), FAILED; and INTERRUPTED once its signal has fired. A missing key
 * is an answer, not an error.
 */
export interface Bucket {
  /** As a user writes it: `s3://bucket/prefix` or `file:///path`. */
  readonly url: string;

  /** The whole object, or the part that `range` names; undefined when there is none. */
  get(key: string, options?: GetOptions): Promise<FetchedObject | undefined>;

  /**
   * Stores an object, whole or not at all. Repeating it does no harm.
   *
   * @returns the new ETag; undefined when the condition did not hold, and nothing was stored
   */
  put(key: string, bytes: Uint8Array, options?: PutOptions): Promise<string | undefined>;

  head(key: string, options?: Options): Promise<ObjectInfo | undefined>;

  /** Objects whose key starts with `prefix`, in the order of the keys' UTF-8 bytes, page by page. */
  listPage(prefix: string, options?: ListOptions): Promise<ListPage>;

  /** Absent is success. */
  delete(key: string, options?: Options): Promise<void>;

  /** Starts an object whose size is not known yet; it appears, whole, when it is completed. */
  startUpload(key: string, options?: Options): Promise<Upload>;

  /** Left out where the service that keeps the bytes makes no copies of its own. */
  readonly copies?: Copies | undefined;
}

/** Copies that a service makes by itself, so that the bytes do not come through here. */
export interface Copies {
  /** Which service it is: there are copies only among buckets where this is the same. */
  service(): Promise<string>;

  /**
   * Stores what another bucket has under the same key, as a {@link Bucket.put} would.
   *
   * @param source the other bucket's `url`
   * @returns the new ETag; undefined when the condition did not hold, and nothing was stored
   * @throws WherryError ACCESS_DENIED also when these credentials may not read the source; NOT_FOUND
   *   when it has no such key; FAILED also when the service cannot do it
   */
  from(source: string, key: string, options?: CopyOptions): Promise<string | undefined>;
}

/** An object in the making: parts in any order, then `complete` or `abort`. */
export interface Upload {
  /** Stores part `number` (from 1), which starts `offset` bytes into the object. */
  part(number: number, offset: number, bytes: Uint8Array): Promise<void>;
  /** @returns the object's ETag */
  complete(): Promise<string>;
  /** Leaves nothing behind. */
  abort(): Promise<void>;
}

export interface Options {
  signal?: AbortSignal | undefined;
}

export interface GetOptions extends Options {
  /** `length` bytes from `start`; fewer where the object ends. */
  range?: { start: number; length: number } | undefined;
  /** Answers undefined unless the object's ETag is this one. */
  ifMatch?: string | undefined;
  /** Bytes that the object may have, as far as the caller knows: by them a read counts as slow. */
  sizeHint?: number | undefined;
  /** An object that still has this ETag is not sent again: the answer is `unchanged`. */
  ifNoneMatch?: string | undefined;
}

export interface PutOptions extends Options {
  /** Store only while there is no such key, or only over the object with this ETag. */
  condition?: { absent: true } | { etag: string } | undefined;
}

export interface CopyOptions extends Options {
  /** Store only while there is no such key. */
  condition?: { absent: true } | undefined;
}

export interface ListOptions extends Options {
  /** The `next` of the page before. */
  after?: string | undefined;
}

export interface ListPage {
  objects: ObjectInfo[];
  /** Undefined on the last page. */
  next: string | undefined;
}

export interface ObjectInfo {
  key: string;
  /** Bytes of the whole object. */
  size: number;
  /** Opaque; changes whenever the bytes do. */
  etag: string;
  modified: Date;
}

export interface FetchedObject {
  bytes: Buffer;
  etag: string;
  /** The object still has the ETag of `ifNoneMatch`; there are no bytes then. */
  unchanged?: true;
}

/** The answer for an object that is as it was. */
export function unchanged(etag: string): FetchedObject {
  return { bytes: Buffer.alloc(0), etag, unchanged: true };
}

/** Every object whose key starts with `prefix`, in order. */
export async function* listAll(
  bucket: Bucket,
  prefix: string,
  options: Options = {},
): AsyncIterable<ObjectInfo> {
  let after: string | undefined;
  do {
    const page = await bucket.listPage(prefix, { ...options, after });
    yield* page.objects;
    after = page.next;
  } while (after !== undefined);
}
