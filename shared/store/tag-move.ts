import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Options } from '../bucket/bucket.ts';
import type { Digest } from '../digest.ts';
import { throwIfAborted } from '../error.ts';
import type { Report } from '../events.ts';
import { formatReference, type TagReference } from '../image/reference.ts';
import type { History } from './history.ts';
import { keys } from './keys.ts';
import type { Objects } from './objects.ts';
import type { StoreSettings } from './settings.ts';
import {
  encodeTag,
  isRemoval,
  recordThere,
  type TagAction,
  type TagChange,
  type TagRecord,
} from './tag.ts';
import { checkExpectation, checkMovable, checkUnmoved, isImmutable } from './tag-conflicts.ts';
import { fateAfter, findFate, type Swap, withFate } from './tag-fate.ts';
import type { LastChange, Pointer, Pointers, RepairOptions } from './tag-pointer.ts';

/** Milliseconds between two tries to move a tag that others move too. */
const longestPause = 2_000;

/** @param current what the tag is about to be moved from; undefined when it is not there */
export type ChangeOfTag = (current: TagRecord | undefined) => Promise<TagChange>;

export interface MoveOptions extends RepairOptions {
  /** Where the tag must point now; `none`: it must not be there. */
  expect?: Digest | 'none' | undefined;
  /** Refuse to move a tag that is there. */
  immutable?: boolean | undefined;
  /** Move it though it is immutable by the store's settings. */
  force?: boolean | undefined;
  /**
   * The last change, as a plan was made from it, or that there was none ever: there must have been none
   * since.
   */
  planned?: LastChange | 'none' | undefined;
}

/** What moves tags. */
export interface TagMover {
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
}

interface Parts {
  objects: Objects;
  history: History;
  pointers: Pointers;
  settings: StoreSettings;
  report: Report;
}

export function openMover(parts: Parts): TagMover {
  const { objects, history, pointers, settings, report } = parts;

  const checkMayMove: TagMover['checkMayMove'] = async (tag, current, action, options) => {
    const pattern = await settings.immutableBy(tag, options);
    if (pattern) throw isImmutable(tag, current, action, pattern);
  };

  /** The pointer to move, for the first try as the plan saw it: no other may have come since. */
  async function pointerToMove(
    tag: TagReference,
    lost: number,
    options: MoveOptions,
  ): Promise<Pointer | undefined> {
    const { planned } = options;
    const seen = planned === 'none' ? undefined : planned;
    if (planned && lost === 0) return seen && { last: seen.value, etag: seen.etag, broken: false };
    const pointer = await pointers.readPointer(tag, options);
    if (planned) checkUnmoved(tag, pointer?.last, seen?.value);
    return pointer;
  }

  /** All that comes before the swap. @returns the tag's record, where there is nothing to swap */
  async function prepare(
    tag: TagReference,
    by: TagChange | ChangeOfTag,
    lost: number,
    options: MoveOptions,
  ): Promise<Swap | TagRecord> {
    throwIfAborted(options.signal);
    const pointer = await pointerToMove(tag, lost, options);
    const last = pointer?.last;
    const current = recordThere(last);
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
    return { tag, next, etag: pointer?.etag };
  }

  /**
   * Swaps the pointer, and tells what becomes of it. A try whose answer was lost may have done it: then
   * it is done, be it that the next one was refused, or that all failed.
   *
   * @returns false when another was faster
   */
  async function swap(change: Swap, options: MoveOptions): Promise<boolean> {
    const { tag, next, etag } = change;
    const reference = formatReference(tag);
    const digest = isRemoval(next) ? undefined : next.digest;
    const tell = (state: 'moving' | 'moved' | 'refused') =>
      report({ type: 'tag', reference, digest, state });
    tell('moving');
    try {
      const swapped = await objects.swap(keys.tag(tag), encodeTag(next), etag, options);
      const done = swapped || (await findFate(change, parts, options)) === 'made';
      tell(done ? 'moved' : 'refused');
      return done;
    } catch (error) {
      const fate = await fateAfter(error, change, parts);
      if (fate === 'made') tell('moved');
      if (fate === 'as it was' || fate === 'by another') tell('refused');
      if (fate === 'made' && !options.signal?.aborted) return true;
      throw withFate(error, fate, named(tag, next));
    }
  }

  function named(tag: TagReference, by: TagChange | ChangeOfTag) {
    const removes = typeof by !== 'function' && isRemoval(by);
    return { reference: `${formatReference(tag)} of ${objects.url}`, removes };
  }

  const moveTag: TagMover['moveTag'] = async (tag, by, options = {}) => {
    for (let lost = 0; ; lost++) {
      const prepared = await prepare(tag, by, lost, options).catch((error) => {
        throw withFate(error, 'untried', named(tag, by));
      });
      if (!('next' in prepared)) return prepared;
      if (await swap(prepared, options)) {
        await history.putChange(tag, prepared.next, options).catch((error) => {
          throw withFate(error, 'made', named(tag, prepared.next));
        });
        return prepared.next;
      }
      // Full jitter, as in retry.ts: of a hundred movers all but one lose each round.
      await sleep(Math.random() * Math.min(longestPause, 50 * 2 ** lost));
    }
  };

  return { checkMayMove, moveTag };
}
