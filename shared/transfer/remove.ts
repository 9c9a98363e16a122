import type { Options } from '../bucket/bucket.ts';
import type { Digest } from '../digest.ts';
import { WherryError } from '../error.ts';
import { formatReference, type TagReference } from '../image/reference.ts';
import type { Author } from '../store/origin.ts';
import type { Store } from '../store/store.ts';
import { changeTo, isRemoval, type TagRecord } from '../store/tag.ts';
import { checkExpectation } from '../store/tag-conflicts.ts';
import type { LastChange } from '../store/tag-pointer.ts';
import { moveAsPlanned } from './planned-move.ts';
import { notInStore } from './resolve.ts';

export interface RemovalRequest {
  tag: TagReference;
  expect?: Digest | 'none' | undefined;
  /** Remove it though it is immutable by the store's settings. */
  force: boolean;
}

/** What a removal would do, made from the tag's last change and good for nothing after another. */
export interface RemovalPlan extends RemovalRequest {
  last: LastChange;
}

/**
 * @throws WherryError NOT_FOUND when the tag is not there; CONFLICT when it is not where `expect`
 *   says, or is immutable
 */
export async function planRemoval(
  request: RemovalRequest,
  store: Store,
  options: Options,
): Promise<RemovalPlan> {
  const { tag, expect, force } = request;
  const name = formatReference(tag);
  const last = await store.lastChange(tag, options);
  if (!last) throw notInStore(name, store);
  if (isRemoval(last.value)) {
    const { sequence, time } = last.value;
    throw new WherryError(
      'NOT_FOUND',
      `${name} was removed already, by change ${sequence} at ${time}.`,
      {
        side: 'store',
        hint: `See who did it with wherry history ${name}.`,
      },
    );
  }
  checkExpectation(tag, last.value, expect);
  if (!force) await store.checkMayMove(tag, last.value, 'remove', options);
  return { ...request, last };
}

/** @returns the record of the removal, which says what the tag pointed to */
export async function removeTag(
  { tag, force, last }: RemovalPlan,
  { by, note }: { by: Author; note: string | undefined },
  store: Store,
  options: Options,
): Promise<TagRecord> {
  const change = changeTo(last.value, { action: 'remove', by, from: undefined, note });
  return moveAsPlanned({ tag, last, change, force }, store, options);
}
