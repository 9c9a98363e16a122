import type { Options } from '../bucket/bucket.ts';
import { type Report, silent } from '../events.ts';
import type { TagReference } from '../image/reference.ts';
import { type HistoryOptions, openHistory } from './history.ts';
import { keys, tagOfKey } from './keys.ts';
import type { Objects, Version } from './objects.ts';
import type { StoreSettings } from './settings.ts';
import { decodeTag, isRemoval, recordThere, type TagRecord } from './tag.ts';
import { openMover, type TagMover } from './tag-move.ts';
import { type LastChange, openPointers, type RepairOptions } from './tag-pointer.ts';

/** The only things in a store that move. */
export interface Tags extends TagMover {
  /** Undefined when it is not there, or gone. */
  getTag(tag: TagReference, options?: RepairOptions): Promise<TagRecord | undefined>;
  /**
   * What the tag points to, unless it still has the ETag that is known: a look at a tag that did not
   * move costs one request without a body.
   */
  pollTag(
    tag: TagReference,
    known: string | undefined,
    options?: Options,
  ): Promise<Version<TagRecord> | 'unchanged' | undefined>;
  /** The last change of a tag, its removal too, as {@link MoveOptions.planned} takes it. */
  lastChange(tag: TagReference, options?: Options): Promise<LastChange | undefined>;
  /** Every tag that has a pointer, or of one repository, in order of name: those that are gone too. */
  listTags(repository?: string, options?: Options): AsyncIterable<TagReference>;
  /** A change of a tag by its number; undefined when the history does not have it. */
  getChange(tag: TagReference, sequence: number, options?: Options): Promise<TagRecord | undefined>;
  /** Every change of a tag, the newest first; also of one that is gone. */
  listHistory(tag: TagReference, options?: HistoryOptions): Promise<TagRecord[]>;
}

export function openTags(objects: Objects, settings: StoreSettings, report: Report = silent): Tags {
  const history = openHistory(objects);
  const pointers = openPointers(objects, history);
  const { read, readPointer } = pointers;

  return {
    getTag: async (tag, options) => recordThere((await readPointer(tag, options))?.last),

    async pollTag(tag, known, options) {
      const decode = (bytes: Buffer) => decodeTag(tag, bytes);
      const found = await objects.readChanged(keys.tag(tag), known, decode, options);
      return found && found !== 'unchanged' && isRemoval(found.value) ? undefined : found;
    },

    lastChange: read,
    ...openMover({ objects, history, pointers, settings, report }),

    async *listTags(repository, options) {
      for await (const key of objects.keysBelow(keys.tags + (repository ?? ''), options)) {
        const tag = tagOfKey(key);
        if (tag && (repository === undefined || tag.repository === repository)) yield tag;
      }
    },

    getChange: history.getChange,

    listHistory: async (tag, options) =>
      history.list(tag, (await read(tag, options))?.value, options),
  };
}
