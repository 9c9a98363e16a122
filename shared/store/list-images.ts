import { mapAhead } from '../ahead.ts';
import type { Options } from '../bucket/bucket.ts';
import { formatReference, type TagReference } from '../image/reference.ts';
import type { Store } from './store.ts';
import type { TagRecord } from './tag.ts';

/** Tags that are read at once. */
const tagsAtOnce = 16;

export interface ListedTag {
  tag: TagReference;
  reference: string;
  record: TagRecord;
}

/**
 * Every tag of a store, or of one repository, with what it points to. It reads each: the name of one
 * that was removed stays in the store.
 */
export async function listImages(
  store: Store,
  repository: string | undefined,
  options: Options,
): Promise<ListedTag[]> {
  const listed: ListedTag[] = [];
  const found = mapAhead(store.listTags(repository, options), tagsAtOnce, async (tag) => ({
    tag,
    reference: formatReference(tag),
    record: await store.getTag(tag, options),
  }));
  for await (const { record, ...named } of found) if (record) listed.push({ ...named, record });
  return listed;
}
