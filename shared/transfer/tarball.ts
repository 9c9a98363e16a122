import type { Bucket, Options } from '../bucket/bucket.ts';
import { readObject } from '../bucket/read-object.ts';
import { writeObject } from '../bucket/write-object.ts';
import { WherryError } from '../error.ts';

/** A place for one tarball, and for the line of sha256sum(1) beside it. */
export interface Tarball {
  /** As a user writes it. */
  readonly url: string;
  /** The tarball appears when all of it is written. @returns its bytes */
  write(pieces: AsyncIterable<Buffer>, options: Options): Promise<number>;
  /** @throws WherryError NOT_FOUND */
  read(options: Options): Promise<{ size: number | undefined; pieces: AsyncIterable<Buffer> }>;
  /** Where a place keeps no such line, it is neither written nor read. */
  writeSum?(line: string, options: Options): Promise<void>;
  readSum?(options: Options): Promise<string | undefined>;
}

/** What the name of a tarball's SHA-256 has beyond the tarball's. */
export const sumEnding = '.sha256';

/** A tarball that is an object, with its SHA-256 beside it. */
export function objectTarball(bucket: Bucket, key: string): Tarball {
  const sumKey = `${key}${sumEnding}`;
  const url = `${bucket.url}/${key}`;
  return {
    url,
    write: (pieces, options) => writeObject(bucket, key, pieces, options),
    async read(options) {
      const info = await bucket.head(key, options);
      if (info) return { size: info.size, pieces: readObject(bucket, info, options) };
      throw new WherryError('NOT_FOUND', `There is no ${url}.`, {
        side: 'store',
        hint: 'Check the name; a key is case-sensitive.',
      });
    },
    writeSum: async (line, options) => {
      await bucket.put(sumKey, Buffer.from(line), options);
    },
    readSum: async (options) => (await bucket.get(sumKey, options))?.bytes.toString('utf8'),
  };
}
