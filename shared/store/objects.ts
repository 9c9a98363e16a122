import {
  type Bucket,
  type GetOptions,
  listAll,
  type ObjectInfo,
  type Options,
} from '../bucket/bucket.ts';
import { isWherryError } from '../error.ts';
import { type Report, silent } from '../events.ts';

export interface ReadOptions extends Pick<GetOptions, 'signal' | 'sizeHint'> {
  /** How often bytes that are corrupt are fetched, in all; 2 where it is not given. */
  fetches?: number | undefined;
}

/** For what is to be replaced when it is corrupt: it must not only have been hurt on the way. */
export const untilSure: ReadOptions = { fetches: 10 };

/** An object, decoded, and the ETag it had. */
export interface Version<T> {
  value: T;
  etag: string;
}

/** The only door to a store's raw objects: nothing comes out that `decode` has not accepted. */
export interface Objects {
  readonly url: string;
  has(key: string, options?: Options): Promise<boolean>;
  /** What the bucket knows of an object; undefined when there is none. */
  info(key: string, options?: Options): Promise<ObjectInfo | undefined>;
  /**
   * The object, decoded; undefined when there is none. Bytes that `decode` refuses as CORRUPT are
   * fetched again: they may have been hurt on the way.
   */
  read<T>(
    key: string,
    decode: (bytes: Buffer) => T | Promise<T>,
    options?: ReadOptions,
  ): Promise<T | undefined>;
  /** Like {@link read}, with the ETag for a later {@link swap}. */
  readVersion<T>(
    key: string,
    decode: (bytes: Buffer) => T | Promise<T>,
    options?: ReadOptions,
  ): Promise<Version<T> | undefined>;
  /** Like {@link readVersion}; `unchanged` while the object has the ETag that is known. */
  readChanged<T>(
    key: string,
    known: string | undefined,
    decode: (bytes: Buffer) => T | Promise<T>,
    options?: ReadOptions,
  ): Promise<Version<T> | 'unchanged' | undefined>;
  /** Stores an immutable object. @returns false when it was there already, which is success too */
  putOnce(key: string, bytes: Uint8Array, options?: Options): Promise<boolean>;
  /** The service that keeps the objects, where it can {@link copyOnce}. */
  copyService(): Promise<string | undefined>;
  /**
   * Like {@link putOnce}, of what the store at the URL `source`, of the same service, has under this
   * key: without its bytes, so nothing is verified.
   *
   * @returns the new ETag; undefined when the object was there already
   */
  copyOnce(key: string, source: string, options?: Options): Promise<string | undefined>;
  /** Stores an immutable object over whatever is there: for one that is corrupt. */
  overwrite(key: string, bytes: Uint8Array, options?: Options): Promise<void>;
  /**
   * Replaces the object that has this ETag; undefined: creates it where there is none.
   *
   * @returns false when something else is there
   */
  swap(
    key: string,
    bytes: Uint8Array,
    etag: string | undefined,
    options?: Options,
  ): Promise<boolean>;
  keysBelow(prefix: string, options?: Options): AsyncIterable<string>;
  /** Like {@link keysBelow}, with what the bucket knows of each object. */
  infosBelow(prefix: string, options?: Options): AsyncIterable<ObjectInfo>;
}

export function openObjects(bucket: Bucket, report: Report = silent): Objects {
  async function readChanged<T>(
    key: string,
    known: string | undefined,
    decode: (bytes: Buffer) => T | Promise<T>,
    { fetches = 2, ...options }: ReadOptions = {},
  ): Promise<Version<T> | 'unchanged' | undefined> {
    for (let fetch = 1; ; fetch++) {
      try {
        const object = await bucket.get(key, { ...options, ifNoneMatch: known });
        if (object?.unchanged) return 'unchanged';
        return object && { value: await decode(object.bytes), etag: object.etag };
      } catch (error) {
        if (!isWherryError(error, 'CORRUPT') || fetch >= fetches) throw error;
        report({ type: 'debug', text: `${error.message} Fetching it again.` });
      }
    }
  }

  const readVersion: Objects['readVersion'] = async (key, decode, options) => {
    const read = await readChanged(key, undefined, decode, options);
    return read === 'unchanged' ? undefined : read;
  };

  return {
    url: bucket.url,
    readChanged,
    has: async (key, options) => (await bucket.head(key, options)) !== undefined,
    info: (key, options) => bucket.head(key, options),
    readVersion,
    read: async (key, decode, options) => (await readVersion(key, decode, options))?.value,
    putOnce: async (key, bytes, options) =>
      (await bucket.put(key, bytes, { ...options, condition: { absent: true } })) !== undefined,
    copyService: async () => bucket.copies?.service(),
    async copyOnce(key, source, options) {
      if (!bucket.copies) throw new Error(`${bucket.url} makes no copies of its own`);
      return bucket.copies.from(source, key, { ...options, condition: { absent: true } });
    },
    overwrite: async (key, bytes, options) => {
      await bucket.put(key, bytes, options);
    },
    swap: async (key, bytes, etag, options) => {
      const condition = etag === undefined ? { absent: true as const } : { etag };
      return (await bucket.put(key, bytes, { ...options, condition })) !== undefined;
    },
    infosBelow: (prefix, options) => listAll(bucket, prefix, options),
    async *keysBelow(prefix, options) {
      for await (const { key } of listAll(bucket, prefix, options)) yield key;
    },
  };
}
