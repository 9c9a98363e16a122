import type { Options } from '../bucket/bucket.ts';
import { isWherryError, withMore } from '../error.ts';
import type { TagReference } from '../image/reference.ts';
import type { Store } from '../store/store.ts';
import type { TagChange, TagRecord } from '../store/tag.ts';
import type { MoveOptions } from '../store/tag-move.ts';
import type { LastChange } from '../store/tag-pointer.ts';

export interface PlannedMove extends Pick<MoveOptions, 'expect' | 'immutable' | 'force'> {
  tag: TagReference;
  /** The tag's last change when the plan was made; undefined when there was none ever. */
  last: LastChange | undefined;
  change: TagChange;
  /** What was done for it before, and stays, as an error says it; undefined: nothing. */
  stays?: string | undefined;
}

/**
 * `moveTag` for what was shown as a plan: as it was planned, or not at all.
 *
 * @throws WherryError CONFLICT when the tag was changed since. Whatever is thrown says what is done.
 */
export async function moveAsPlanned(
  { tag, last, change, stays, ...options }: PlannedMove,
  store: Store,
  { signal }: Options,
): Promise<TagRecord> {
  try {
    return await store.moveTag(tag, change, { ...options, signal, planned: last ?? 'none' });
  } catch (error) {
    const nothing = isWherryError(error, 'CONFLICT') ? 'Nothing was done.' : undefined;
    const done = stays ?? nothing;
    throw done === undefined ? error : withMore(error, done);
  }
}
