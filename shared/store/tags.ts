import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Options } from '../bucket/bucket.ts';
import type { Digest } from '../digest.ts';
import { throwIfAborted } from '../error.ts';
import { type Report, silent } from '../events.ts';
import { formatReference, type TagReference } from '../image/reference.ts';
import { type HistoryOptions, openHistory } from './history.ts';
import { keys, tagOfKey } from './keys.ts';
import type { Objects, Version } from './objects.ts';
import type { StoreSettings } from './settings.ts';
import {
  decodeTag,
  encodeTag,
  isRemoval,
  type TagAction,
  type TagChange,
  type TagRecord,
} from './tag.ts';
import { checkExpectation, checkMovable, checkUnmoved, isImmutable } from './tag-conflicts.ts';
import { type LastChange, openPointers, type Pointer, type RepairOptions } from './tag-pointer.ts';

/** Milliseconds between two tries to move a tag that others move too. */
const longestPause = 2_000;

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
   *   plan
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

/** @param current what the tag is about to be moved from; undefined when it is not there */
export type ChangeOfTag = (current: TagRecord | undefined) => Promise<TagChange>;

export interface MoveOptions extends RepairOptions {
  /** Where the tag must point now; `none`: it must not be there. */
  expect?: Digest | 'none' | undefined;
  /** Refuse to move a tag that is there. */
  immutable?: boolean | undefined;
  /** Move it though it is immutable by the store's settings. */
  force?: boolean | undefined;
  /** The last change, as a plan was made from it: there must have been none since. */
  planned?: LastChange | undefined;
}

export function openTags(objects: Objects, settings: StoreSettings, report: Report = silent): Tags {
  const history = openHistory(objects);
  const { read, readPointer } = openPointers(objects, history);

  /**
   * Whether a swap that was refused had been done before, by a try whose answer was lost: then the
   * pointer is ours, or whoever moved it since has put our record into the history.
   */
  async function wasStored(tag: TagReference, mine: TagRecord, options: Options): Promise<boolean> {
    if ((await read(tag, options))?.value.id === mine.id) return true;
    return (await history.getChange(tag, mine.sequence, options))?.id === mine.id;
  }

  /** The pointer to move, for the first try as the plan saw it: no other may have come since. */
  async function pointerToMove(
    tag: TagReference,
    lost: number,
    options: MoveOptions,
  ): Promise<Pointer | undefined> {
    const { planned } = options;
    if (planned && lost === 0) return { last: planned.value, etag: planned.etag, broken: false };
    const pointer = await readPointer(tag, options);
    if (planned) checkUnmoved(tag, pointer?.last, planned.value);
    return pointer;
  }

  const checkMayMove: Tags['checkMayMove'] = async (tag, current, action, options) => {
    const pattern = await settings.immutableBy(tag, options);
    if (pattern) throw isImmutable(tag, current, action, pattern);
  };

  return {
    getTag: async (tag, options) => there((await readPointer(tag, options))?.last),

    async pollTag(tag, known, options) {
      const decode = (bytes: Buffer) => decodeTag(tag, bytes);
      const found = await objects.readChanged(keys.tag(tag), known, decode, options);
      return found && found !== 'unchanged' && isRemoval(found.value) ? undefined : found;
    },

    lastChange: read,
    checkMayMove,

    async moveTag(tag, by, options = {}) {
      for (let lost = 0; ; lost++) {
        throwIfAborted(options.signal);
        const pointer = await pointerToMove(tag, lost, options);
        const last = pointer?.last;
        const current = there(last);
        checkExpectation(tag, current, options.expect);
        const change = typeof by === 'function' ? await by(current) : by;
        const same = current?.digest === change.digest && !isRemoval(change);
        const stays = same ? current : undefined;
        if (stays && !pointer?.broken) return stays;
        const moves = current && !stays;
        if (moves) checkMovable(tag, current, options.immutable);
        await Promise.all([
          moves && !options.force && checkMayMove(tag, current, change.action, options),
          last && history.putChange(tag, last, options),
        ]);
        const next: TagRecord = stays ?? {
          sequence: (last?.sequence ?? (await history.lastSequence(tag, options))) + 1,
          id: randomUUID(),
          time: new Date().toISOString(),
          previous: current?.digest,
          ...change,
        };
        const digest = isRemoval(next) ? undefined : next.digest;
        const told = { type: 'tag' as const, reference: formatReference(tag), digest };
        report({ ...told, state: 'moving' });
        const swapped = await objects.swap(keys.tag(tag), encodeTag(next), pointer?.etag, options);
        if (swapped || (await wasStored(tag, next, options))) {
          report({ ...told, state: 'moved' });
          await history.putChange(tag, next, options);
          return next;
        }
        report({ ...told, state: 'refused' });
        // Full jitter, as in retry.ts: of a hundred movers all but one lose each round.
        await sleep(Math.random() * Math.min(longestPause, 50 * 2 ** lost));
      }
    },

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

/** Undefined for the record of a removal, too. */
function there(last: TagRecord | undefined): TagRecord | undefined {
  return last && !isRemoval(last) ? last : undefined;
}
