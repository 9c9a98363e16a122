import type { Options } from '../bucket/bucket.ts';
import type { Digest } from '../digest.ts';
import { WherryError } from '../error.ts';
import { decodeIndex, type IndexEntry, isIndex } from '../image/image-index.ts';
import { decodeManifest, mediaType } from '../image/manifest.ts';
import { type Platform, readPlatform } from '../image/platform.ts';
import type { Reference } from '../image/reference.ts';
import type { Store } from '../store/store.ts';
import type { TagRecord } from '../store/tag.ts';
import { readIndex, readManifest, readTagManifest, type StoredManifest } from './read-parts.ts';

/** What a reference leads to: an image, or several, each for a platform. */
export interface Resolved {
  /** Of the manifest, or of the index of several. */
  digest: Digest;
  manifests: OfferedManifest[];
  /** The tag's record; undefined when a digest was asked for. */
  record: TagRecord | undefined;
}

export interface OfferedManifest {
  digest: Digest;
  /** As the tag or the index says it; a manifest by itself says nothing of it. */
  platform: Platform | undefined;
  /** @throws WherryError CORRUPT when it is missing, or is not what it should be */
  read(): Promise<StoredManifest>;
}

/**
 * Resolves a reference by one request, for a tag's record names all its images. Reading a manifest
 * is another, unless it was asked for by its digest.
 *
 * @throws WherryError NOT_FOUND when the store has no such tag or digest
 */
export async function resolveReference(
  { repository, tag = 'latest', digest }: Reference,
  store: Store,
  options: Options,
): Promise<Resolved> {
  if (digest) return resolveDigest(digest, store, options);
  const record = await store.getTag({ repository, tag }, options);
  if (!record) throw notInStore(`${repository}:${tag}`, store);
  return { digest: record.digest, record, manifests: await manifestsOf(record, store, options) };
}

async function resolveDigest(digest: Digest, store: Store, options: Options): Promise<Resolved> {
  const bytes = await store.getBlob(digest, options);
  if (!bytes) throw notInStore(`image ${digest}`, store);
  const manifests = isIndex(bytes)
    ? offered(decodeIndex(bytes), store, options)
    : [offeredAlone(digest, bytes)];
  return { digest, manifests, record: undefined };
}

function offeredAlone(digest: Digest, bytes: Buffer): OfferedManifest {
  const read = async () => ({ manifest: decodeManifest(bytes), bytes });
  return { digest, platform: undefined, read };
}

async function manifestsOf(
  record: TagRecord,
  store: Store,
  options: Options,
): Promise<OfferedManifest[]> {
  const { digest, images, platforms } = record;
  if (images.length > 0) {
    return images.map((image) => ({
      digest: image.digest,
      platform: readPlatform(image.platform),
      read: () => readTagManifest(image, store, options),
    }));
  }
  if (isOfIndex(record)) return offered(await readIndex(digest, store, options), store, options);
  const read = () => readManifest(digest, store, options);
  return [{ digest, platform: readPlatform(platforms[0]), read }];
}

/** @throws WherryError FAILED when the tag points to neither an index nor a manifest */
export function isOfIndex({ mediaType: type }: TagRecord): boolean {
  if (type === mediaType.index || type === mediaType.manifest) return type === mediaType.index;
  throw new WherryError('FAILED', `The tag points to a ${type}.`, {
    side: 'store',
    hint: 'Use a newer wherry.',
  });
}

function offered(entries: IndexEntry[], store: Store, options: Options): OfferedManifest[] {
  return entries.map(({ digest, platform }) => ({
    digest,
    platform,
    read: () => readManifest(digest, store, options),
  }));
}

export function notInStore(what: string, { url }: Store): WherryError {
  return new WherryError('NOT_FOUND', `There is no ${what} in ${url}.`, {
    side: 'store',
    hint: 'See what there is with wherry ls.',
  });
}
