import type { Options } from '../bucket/bucket.ts';
import type { Digest } from '../digest.ts';
import { WherryError } from '../error.ts';
import { formatReference, type TagReference } from '../image/reference.ts';
import type { Author } from '../store/origin.ts';
import type { Store } from '../store/store.ts';
import { changeTo, isRemoval, recordThere, type TagRecord } from '../store/tag.ts';
import { checkExpectation } from '../store/tag-conflicts.ts';
import type { LastChange } from '../store/tag-pointer.ts';
import { moveAsPlanned } from './planned-move.ts';
import { notInStore } from './resolve.ts';

export interface RollbackRequest {
  tag: TagReference;
  /** The number of a change, or the digest that a change led to; undefined: the one before. */
  to: number | Digest | undefined;
  expect?: Digest | 'none' | undefined;
}

/** What a rollback would do, made from the tag's last change and good for nothing after another. */
export interface RollbackPlan {
  tag: TagReference;
  last: LastChange;
  /** Where the tag points; undefined when it was removed. */
  current: TagRecord | undefined;
  target: TagRecord;
  /** The number of the change that is restored: the target's, or of what that restored itself. */
  restored: number;
}

/**
 * Finds what to go back to, and that the store still has it.
 *
 * Without `to`, rollbacks undo one change after another, as in an editor: what a rollback restored
 * counts as the change that it restored, so that the next one goes further back, and never returns
 * to what was undone. The change before a removal is what was removed.
 *
 * @throws WherryError NOT_FOUND when there is no such tag, nothing before, no such change, or its
 *   image is no longer in the store; CONFLICT when the tag is not where `expect` says
 */
export async function planRollback(
  { tag, to, expect }: RollbackRequest,
  store: Store,
  options: Options,
): Promise<RollbackPlan> {
  const last = await store.lastChange(tag, options);
  if (!last) throw notInStore(formatReference(tag), store);
  const current = recordThere(last.value);
  checkExpectation(tag, current, expect);
  const target =
    to === undefined
      ? await changeBefore(tag, last.value, store, options)
      : await changeAt(tag, to, last.value, store, options);
  if (current?.digest !== target.digest) {
    await Promise.all([
      checkThere(tag, target, store, options),
      current && store.checkMayMove(tag, current, 'rollback', options),
    ]);
  }
  return { tag, last, current, target, restored: restoredBy(target) };
}

/** @returns the tag's record afterwards: the old one when it pointed there already */
export async function rollBack(
  { tag, last, target, restored }: RollbackPlan,
  { by, note }: { by: Author; note: string | undefined },
  store: Store,
  options: Options,
): Promise<TagRecord> {
  const from = { reference: formatReference(tag), sequence: restored };
  const change = changeTo(target, { action: 'rollback', by, from, note });
  return moveAsPlanned({ tag, last, change }, store, options);
}

async function changeBefore(
  tag: TagReference,
  last: TagRecord,
  store: Store,
  options: Options,
): Promise<TagRecord> {
  let sequence = restoredBy(last);
  for (;;) {
    const before = await store.getChange(tag, --sequence, options);
    if (!before) throw nothingBefore(tag, last);
    if (isRemoval(before)) continue;
    if (isRemoval(last) || before.digest !== last.digest) return before;
  }
}

async function changeAt(
  tag: TagReference,
  to: number | Digest,
  last: TagRecord,
  store: Store,
  options: Options,
): Promise<TagRecord> {
  const name = formatReference(tag);
  const hint = `See what there is with wherry history ${name}.`;
  if (typeof to === 'number') {
    // Whoever made the last change may have died before the history had it.
    const found = to === last.sequence ? last : await store.getChange(tag, to, options);
    if (!found) throw refusal(`The history of ${name} has no change ${to}.`, hint);
    if (isRemoval(found)) throw refusal(`Change ${to} of ${name} removed it.`, hint);
    return found;
  }
  const changes = await store.listHistory(tag, options);
  const found = changes.find((change) => change.digest === to && !isRemoval(change));
  if (!found) throw refusal(`${name} never pointed to ${to}, by its history.`, hint);
  return found;
}

/** The number of the change that a rollback restored; any other change stands for itself. */
function restoredBy({ action, sequence, from }: TagRecord): number {
  const origin = action === 'rollback' ? from?.sequence : undefined;
  return origin !== undefined && origin < sequence ? origin : sequence;
}

/** What is there has its children, so the manifest or the index stands for all of it. */
async function checkThere(
  tag: TagReference,
  { sequence, digest }: TagRecord,
  store: Store,
  options: Options,
): Promise<void> {
  if (await store.getBlob(digest, options)) return;
  throw refusal(
    `The image of change ${sequence} of ${formatReference(tag)}, ${digest}, is no longer in the store.`,
    'Go back to another with --to, or push it again.',
  );
}

function nothingBefore(tag: TagReference, { sequence }: TagRecord): WherryError {
  const name = formatReference(tag);
  return refusal(
    `The history of ${name} has nothing before change ${sequence} to go back to.`,
    `See what there is with wherry history ${name}.`,
  );
}

function refusal(message: string, hint: string): WherryError {
  return new WherryError('NOT_FOUND', message, { side: 'store', hint });
}
