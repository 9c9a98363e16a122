import type { Options } from '../bucket/bucket.ts';
import { type Report, silent } from '../events.ts';
import type { TagReference } from '../image/reference.ts';
import { type HistoryOptions, openHistory } from './history.ts';
import { keys, tagOfKey } from './keys.ts';
import type { Objects, Version } from './objects.ts';
import type { StoreSettings } from './settings.ts';
import {
  decodeTag,
  isRemoval,
  recordThere,
  type TagAction,
  type TagChange,
  type TagRecord,
} from './tag.ts';
import { isImmutable } from './tag-conflicts.ts';
import { type ChangeOfTag, type MoveOptions, openMover } from './tag-move.ts';
import { type LastChange, openPointers, type RepairOptions } from './tag-pointer.ts';

/** The only things in a store that move. */
export interface Tags {
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
  /**
   * What {@link moveTag} checks before it moves a tag that is there, for a plan that tells it early.
   *
   * @throws CONFLICT when the tag is immutable by the store's settings
   */
  checkMayMove(
    tag: TagReference,
    current: TagRecord,
    action: TagAction,
    options?: Options,
  ): Promise<void>;
  /**
   * Points a tag somewhere else, by compare-and-swap. Where that depends on where it points now, the
   * change is a function of it, called anew each time that another mover was faster; it stores what
   * the change leads to. A change that is a removal leaves its record in the place of the pointer.
   *
   * The pointer is the truth: it carries its own record whole. Its copy in the history is written
   * after it, and again by whoever moves the tag next, so that a writer that dies in between
   * leaves neither a gap nor a record of what never was.
   *
   * A tag that is there and would move costs one request more, for the store's settings.
   *
   * @returns the tag's record afterwards: the old one when it pointed there already
   * @throws CONFLICT when the tag is not where `expect` says, is immutable, or was changed since the
   *   plan. Whatever else is thrown says what has become of the tag, as far as that can be told.
   */
  moveTag(
    tag: TagReference,
    by: TagChange | ChangeOfTag,
    options?: MoveOptions,
  ): Promise<TagRecord>;
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

  const checkMayMove: Tags['checkMayMove'] = async (tag, current, action, options) => {
    const pattern = await settings.immutableBy(tag, options);
    if (pattern) throw isImmutable(tag, current, action, pattern);
  };

  return {
    getTag: async (tag, options) => recordThere((await readPointer(tag, options))?.last),

    async pollTag(tag, known, options) {
      const decode = (bytes: Buffer) => decodeTag(tag, bytes);
      const found = await objects.readChanged(keys.tag(tag), known, decode, options);
      return found && found !== 'unchanged' && isRemoval(found.value) ? undefined : found;
    },

    lastChange: read,
    checkMayMove,

    moveTag: openMover({ objects, history, pointers, checkMayMove, report }),

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
