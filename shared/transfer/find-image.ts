import type { Options } from '../bucket/bucket.ts';
import type { Digest } from '../digest.ts';
import { WherryError } from '../error.ts';
import { decodeManifest, type Manifest } from '../image/manifest.ts';
import type { Reference } from '../image/reference.ts';
import { corrupt } from '../store/corrupt.ts';
import type { Store } from '../store/store.ts';
import type { TagRecord } from '../store/tag.ts';

/** An image of a store, by what its reference resolves to. */
export interface FoundImage {
  digest: Digest;
  manifest: Manifest;
  /** The manifest's own bytes. */
  bytes: Buffer;
  /** The tag's record; undefined when a digest was asked for. */
  record: TagRecord | undefined;
}

/**
 * Resolves a reference: two requests, or one for a digest.
 *
 * @throws WherryError NOT_FOUND when the store has no such image, CORRUPT when its manifest is gone
 */
export async function findImage(
  { repository, tag = 'latest', digest }: Reference,
  store: Store,
  options: Options,
): Promise<FoundImage> {
  const record = digest ? undefined : await store.getTag({ repository, tag }, options);
  const found = digest ?? record?.digest;
  if (!found) throw notFound(`${repository}:${tag}`, store);
  const bytes = await store.getBlob(found, options);
  if (bytes) return { digest: found, manifest: decodeManifest(bytes), bytes, record };
  throw record ? corrupt(`The manifest ${found} is missing.`) : notFound(`image ${found}`, store);
}

function notFound(what: string, { url }: Store): WherryError {
  return new WherryError('NOT_FOUND', `There is no ${what} in ${url}.`, {
    side: 'store',
    hint: 'See what there is with wherry ls.',
  });
}
