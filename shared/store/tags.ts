import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Options } from '../bucket/bucket.ts';
import type { Digest } from '../digest.ts';
import { isWherryError, throwIfAborted, WherryError } from '../error.ts';
import { type Report, silent } from '../events.ts';
import { formatReference, type TagReference } from '../image/reference.ts';
import { keys, sequenceOfKey, tagOfKey } from './keys.ts';
import type { Objects, Version } from './objects.ts';
import { formatAuthor } from './origin.ts';
import { decodeTag, encodeTag, type TagChange, type TagRecord } from './tag.ts';

/** Milliseconds between two tries to move a tag that others move too. */
const longestPause = 2_000;

/** The only things in a store that move. */
export interface Tags {
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
  /**
   * Points a tag somewhere else, by compare-and-swap. Where that depends on where it points now, the
   * change is a function of it, called anew each time that another mover was faster; it stores what
   * the change leads to.
   *
   * The pointer is the truth: it carries its own record whole. Its copy in the history is written
   * after it, and again by whoever moves the tag next, so that a writer that dies in between
   * leaves neither a gap nor a record of what never was.
   *
   * @returns the tag's record afterwards: the old one when it pointed there already
   * @throws CONFLICT when the tag is not where `expect` says, or may not move
   */
  moveTag(
    tag: TagReference,
    by: TagChange | ChangeOfTag,
    options?: MoveOptions,
  ): Promise<TagRecord>;
  /** Every tag in the store, or of one repository, in order of name. */
  listTags(repository?: string, options?: Options): AsyncIterable<TagReference>;
  /** Every change of a tag, the newest first. */
  listHistory(tag: TagReference, options?: Options): Promise<TagRecord[]>;
}

/** @param current what the tag is about to be moved from; undefined when it is not there */
export type ChangeOfTag = (current: TagRecord | undefined) => Promise<TagChange>;

export interface RepairOptions extends Options {
  /** Take a pointer that is corrupt for the last change in the history, and replace it. */
  repair?: boolean | undefined;
}

export interface MoveOptions extends RepairOptions {
  /** Where the tag must point now; `none`: it must not be there. */
  expect?: Digest | 'none' | undefined;
  /** Refuse to move a tag that is there. */
  immutable?: boolean | undefined;
}

export function openTags(objects: Objects, report: Report = silent): Tags {
  const read = (tag: TagReference, options?: Options) =>
    objects.readVersion(keys.tag(tag), (bytes) => decodeTag(tag, bytes), options);
  const record = (tag: TagReference, value: TagRecord, options?: Options) =>
    objects.putOnce(keys.change(tag, value.sequence), encodeTag(value), options);

  /**
   * Whether a swap that was refused had been done before, by a try whose answer was lost: then the
   * pointer is ours, or whoever moved it since has put our record into the history.
   */
  async function wasStored(tag: TagReference, mine: TagRecord, options: Options): Promise<boolean> {
    if ((await read(tag, options))?.value.id === mine.id) return true;
    const decode = (bytes: Buffer) => decodeTag(tag, bytes);
    const stored = await objects.read(keys.change(tag, mine.sequence), decode, options);
    return stored?.id === mine.id;
  }

  async function lastSequence(tag: TagReference, options?: Options): Promise<number> {
    let last = 0;
    for await (const key of objects.keysBelow(keys.history(tag), options)) {
      last = Math.max(last, sequenceOfKey(key) ?? 0);
    }
    return last;
  }

  /** The newest change that the history has; none when that cannot be read either. */
  async function lastChange(tag: TagReference, options: Options): Promise<TagRecord | undefined> {
    const key = keys.change(tag, await lastSequence(tag, options));
    return objects
      .read(key, (bytes) => decodeTag(tag, bytes), options)
      .catch((error) => {
        if (!isWherryError(error, 'CORRUPT')) throw error;
        return undefined;
      });
  }

  /** The pointer; one that is corrupt, and to be repaired, has the value that the history has for it. */
  async function readPointer(tag: TagReference, options: RepairOptions = {}) {
    try {
      const found = await read(tag, options);
      return found && { ...found, broken: false };
    } catch (error) {
      if (!options.repair || !isWherryError(error, 'CORRUPT')) throw error;
      const found = await objects.readVersion(keys.tag(tag), () => undefined, options);
      return found && { value: await lastChange(tag, options), etag: found.etag, broken: true };
    }
  }

  return {
    getTag: async (tag, options) => (await readPointer(tag, options))?.value,

    pollTag: (tag, known, options) =>
      objects.readChanged(keys.tag(tag), known, (bytes) => decodeTag(tag, bytes), options),

    async moveTag(tag, by, options = {}) {
      for (let lost = 0; ; lost++) {
        throwIfAborted(options.signal);
        const pointer = await readPointer(tag, options);
        const current = pointer?.value;
        checkExpectation(tag, current, options.expect);
        const change = typeof by === 'function' ? await by(current) : by;
        const stays = current?.digest === change.digest ? current : undefined;
        if (stays && !pointer?.broken) return stays;
        if (!stays) checkMovable(tag, current, options.immutable);
        if (current) await record(tag, current, options);
        const next: TagRecord = stays ?? {
          sequence: (current?.sequence ?? (await lastSequence(tag, options))) + 1,
          id: randomUUID(),
          time: new Date().toISOString(),
          previous: current?.digest,
          ...change,
        };
        const told = { type: 'tag' as const, reference: formatReference(tag), digest: next.digest };
        report({ ...told, state: 'moving' });
        const swapped = await objects.swap(keys.tag(tag), encodeTag(next), pointer?.etag, options);
        if (swapped || (await wasStored(tag, next, options))) {
          report({ ...told, state: 'moved' });
          await record(tag, next, options);
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

    async listHistory(tag, options) {
      const found = new Map<number, TagRecord>();
      for await (const key of objects.keysBelow(keys.history(tag), options)) {
        const value = await objects.read(key, (bytes) => decodeTag(tag, bytes), options);
        if (value) found.set(value.sequence, value);
      }
      const current = await read(tag, options);
      if (current) found.set(current.value.sequence, current.value);
      return [...found.values()].sort((a, b) => b.sequence - a.sequence);
    },
  };
}

/** @throws WherryError CONFLICT when the tag is not where `expect` says */
export function checkExpectation(
  tag: TagReference,
  current: TagRecord | undefined,
  expect: Digest | 'none' | undefined,
): void {
  if (expect === undefined || (current?.digest ?? 'none') === expect) return;
  const wanted = expect === 'none' ? 'to be absent' : `at ${expect}`;
  throw new WherryError(
    'CONFLICT',
    `The tag ${whereIs(tag, current)}; it was expected ${wanted}.`,
    {
      side: 'store',
      hint: 'Look at what moved it, then try again with what it points to now.',
    },
  );
}

/** @throws WherryError CONFLICT when the tag was moved, by whoever it was, since it was read */
export function checkUnmoved(
  tag: TagReference,
  current: TagRecord | undefined,
  read: TagRecord | undefined,
): void {
  if (current?.sequence === read?.sequence && current?.id === read?.id) return;
  throw new WherryError('CONFLICT', `The tag ${whereIs(tag, current)}; it moved meanwhile.`, {
    side: 'store',
    hint: 'Look at what moved it, then try again if that is still right.',
  });
}

/** @throws WherryError CONFLICT when the tag is there, and may not move */
export function checkMovable(
  tag: TagReference,
  current: TagRecord | undefined,
  immutable: boolean | undefined,
): void {
  if (!current || !immutable) return;
  throw new WherryError(
    'CONFLICT',
    `The tag ${whereIs(tag, current)}, and may not move (--immutable).`,
    { side: 'store', hint: 'Use another tag.' },
  );
}

function whereIs(tag: TagReference, current: TagRecord | undefined): string {
  const name = formatReference(tag);
  if (!current) return `${name} is not there`;
  const by = current.by ? ` by ${formatAuthor(current.by)}` : '';
  return (
    `${name} points to ${current.digest} since ${current.time} ` +
    `(change ${current.sequence}, ${current.action}${by})`
  );
}
