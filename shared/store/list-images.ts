import { mapAhead } from '../ahead.ts';
import type { Options } from '../bucket/bucket.ts';
import { formatReference } from '../image/reference.ts';
import type { Store } from './store.ts';
import type { TagRecord } from './tag.ts';

/** Tags that are read at once. */
const tagsAtOnce = 16;

export interface ListedTag {
  reference: string;
  record: TagRecord;
}

/** Every tag of a store, or of one repository, with what it points to. */
export async function listImages(
  store: Store,
  repository: string | undefined,
  options: Options,
): Promise<ListedTag[]> {
  const listed: ListedTag[] = [];
  const found = mapAhead(store.listTags(repository, options), tagsAtOnce, async (tag) => ({
    reference: formatReference(tag),
    record: await store.getTag(tag, options),
  }));
  for await (const { reference, record } of found) {
    // One that was removed since it was listed is not there.
    if (record) listed.push({ reference, record });
  }
  return listed;
}
