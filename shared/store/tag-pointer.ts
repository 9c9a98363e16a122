import type { Options } from '../bucket/bucket.ts';
import { isWherryError } from '../error.ts';
import type { TagReference } from '../image/reference.ts';
import type { History } from './history.ts';
import { keys } from './keys.ts';
import { type Objects, type ReadOptions, untilSure, type Version } from './objects.ts';
import { decodeTag, type TagRecord } from './tag.ts';

/** The record in a tag's pointer, be it that of a removal, and the ETag to swap it by. */
export type LastChange = Version<TagRecord>;

/** A pointer to be moved. */
export interface Pointer {
  /** Undefined when it is corrupt, and the history has nothing in its place. */
  last: TagRecord | undefined;
  etag: string;
  broken: boolean;
}

export interface RepairOptions extends Options {
  /** Take a pointer that is corrupt for the last change in the history, and replace it. */
  repair?: boolean | undefined;
}

export interface Pointers {
  /** @throws CORRUPT when it is */
  read(tag: TagReference, options?: Options): Promise<LastChange | undefined>;
  /** Like {@link read}, for a writer, who may repair it. */
  readPointer(tag: TagReference, options?: RepairOptions): Promise<Pointer | undefined>;
}

export function openPointers(objects: Objects, history: History): Pointers {
  const read = (tag: TagReference, options?: ReadOptions) =>
    objects.readVersion(keys.tag(tag), (bytes) => decodeTag(tag, bytes), options);

  return {
    read,

    async readPointer(tag, { repair, ...options } = {}) {
      try {
        const found = await read(tag, repair ? { ...options, ...untilSure } : options);
        return found && { last: found.value, etag: found.etag, broken: false };
      } catch (error) {
        if (!repair || !isWherryError(error, 'CORRUPT')) throw error;
        const found = await objects.readVersion(keys.tag(tag), () => undefined, options);
        const last = found && (await history.lastReadable(tag, options));
        return found && { last, etag: found.etag, broken: true };
      }
    },
  };
}
