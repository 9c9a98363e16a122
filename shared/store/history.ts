import { mapAhead } from '../ahead.ts';
import type { Options } from '../bucket/bucket.ts';
import { isWherryError } from '../error.ts';
import type { TagReference } from '../image/reference.ts';
import { keys, sequenceOfKey } from './keys.ts';
import { type Objects, type ReadOptions, untilSure } from './objects.ts';
import { decodeTag, encodeTag, type TagRecord } from './tag.ts';

/** Records of a history that are read at once. */
const changesAtOnce = 16;

export interface HistoryOptions extends Options {
  /** How many changes, of the newest. */
  limit?: number | undefined;
}

/** The records of a tag's changes, which never change themselves. */
export interface History {
  /** Stores the copy of a change; "already there" is success. */
  putChange(tag: TagReference, record: TagRecord, options?: Options): Promise<void>;
  /** Undefined when the history has no change of this number. */
  getChange(tag: TagReference, sequence: number, options?: Options): Promise<TagRecord | undefined>;
  /** The number of the newest change; 0 when there is none. */
  lastSequence(tag: TagReference, options?: Options): Promise<number>;
  /** The newest change; none when that cannot be read either. */
  lastReadable(tag: TagReference, options?: Options): Promise<TagRecord | undefined>;
  /** The newest changes first, those of the pointer and the history together. */
  list(
    tag: TagReference,
    pointer: TagRecord | undefined,
    options?: HistoryOptions,
  ): Promise<TagRecord[]>;
}

export function openHistory(objects: Objects): History {
  const getChange = (tag: TagReference, sequence: number, options?: ReadOptions) =>
    objects.read(keys.change(tag, sequence), (bytes) => decodeTag(tag, bytes), options);

  async function sequencesOf(tag: TagReference, options?: Options): Promise<number[]> {
    const found: number[] = [];
    for await (const key of objects.keysBelow(keys.history(tag), options)) {
      const sequence = sequenceOfKey(key);
      if (sequence !== undefined) found.push(sequence);
    }
    return found;
  }

  const lastSequence: History['lastSequence'] = async (tag, options) =>
    (await sequencesOf(tag, options)).at(-1) ?? 0;

  return {
    async putChange(tag, record, options) {
      await objects.putOnce(keys.change(tag, record.sequence), encodeTag(record), options);
    },
    getChange,
    lastSequence,

    async lastReadable(tag, options) {
      const last = await lastSequence(tag, options);
      return getChange(tag, last, { ...options, ...untilSure }).catch((error) => {
        if (!isWherryError(error, 'CORRUPT')) throw error;
        return undefined;
      });
    },

    async list(tag, pointer, { limit = Number.POSITIVE_INFINITY, ...options } = {}) {
      const numbers = new Set(await sequencesOf(tag, options));
      if (pointer) numbers.add(pointer.sequence);
      const newest = [...numbers].sort((a, b) => b - a).slice(0, limit);
      const records: TagRecord[] = [];
      const found = mapAhead(newest, changesAtOnce, async (sequence) =>
        sequence === pointer?.sequence ? pointer : getChange(tag, sequence, options),
      );
      for await (const record of found) if (record) records.push(record);
      return records;
    },
  };
}
