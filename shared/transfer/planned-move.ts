import { isWherryError, WherryError } from '../error.ts';
import type { TagReference } from '../image/reference.ts';
import type { Store } from '../store/store.ts';
import type { TagChange, TagRecord } from '../store/tag.ts';
import type { MoveOptions } from '../store/tags.ts';

/** `moveTag` for what has done nothing before: a conflict says that nothing was done. */
export async function moveAsPlanned(
  tag: TagReference,
  change: TagChange,
  store: Store,
  options: MoveOptions,
): Promise<TagRecord> {
  try {
    return await store.moveTag(tag, change, options);
  } catch (error) {
    if (!isWherryError(error, 'CONFLICT')) throw error;
    const { message, side, hint } = error;
    throw new WherryError('CONFLICT', `${message} Nothing was done.`, { side, hint, cause: error });
  }
}
