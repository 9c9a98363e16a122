import type { Options } from '../bucket/bucket.ts';
import { type Content, contentOf, type Digest } from '../digest.ts';
import { parseConfig } from '../image/config.ts';
import { imageSize, type Manifest } from '../image/manifest.ts';
import { formatPlatform, type Platform, parsePlatform, readPlatform } from '../image/platform.ts';
import type { Store } from '../store/store.ts';
import type { TagRecord } from '../store/tag.ts';
import type { TagImage } from '../store/tag-images.ts';
import {
  readConfig,
  readIndex,
  readManifest,
  readRecipe,
  readTagManifest,
  type StoredManifest,
} from './read-parts.ts';
import { isOfIndex, type OfferedManifest } from './resolve.ts';

/** An image that a store has whole. */
export interface StoredImage {
  manifest: Manifest;
  /** The manifest's own digest and size. */
  content: Content;
  platform: Platform;
  chunks: number;
}

/** An image that a tag has. @throws WherryError CORRUPT when its manifest is not what the tag says */
export async function readStoredImage(
  image: TagImage,
  store: Store,
  options: Options,
): Promise<StoredImage> {
  const { manifest, bytes } = await readTagManifest(image, store, options);
  const { platform, chunks } = image;
  return { manifest, content: contentOf(bytes), platform: parsePlatform(platform), chunks };
}

/** The pair of {@link readStoredImage}: what a tag says of an image. */
export function describeStoredImage(
  { manifest, content, platform, chunks }: StoredImage,
  source: Digest | undefined,
): TagImage {
  return {
    platform: formatPlatform(platform),
    ...content,
    source,
    imageSize: imageSize(manifest),
    layers: manifest.layers.length,
    chunks,
  };
}

/** What a tag says of its images, or would say if its record were not an old one. */
export async function imagesOfTag(
  record: TagRecord,
  store: Store,
  options: Options,
): Promise<TagImage[]> {
  if (record.images.length > 0) return record.images;
  const several = isOfIndex(record);
  const entries = several
    ? await readIndex(record.digest, store, options)
    : [{ digest: record.digest, platform: readPlatform(record.platforms[0]) }];
  const { source } = record;
  const chunks = several ? undefined : record.chunks;
  return Promise.all(
    entries.map(async ({ digest, platform }) =>
      imageOfManifest(
        await readManifest(digest, store, options),
        { platform, source, chunks },
        store,
        options,
      ),
    ),
  );
}

/** What a tag would say of images that it has not got. */
export async function imagesOfManifests(
  manifests: OfferedManifest[],
  store: Store,
  options: Options,
): Promise<TagImage[]> {
  return Promise.all(
    manifests.map(async ({ platform, read }) =>
      imageOfManifest(await read(), { platform }, store, options),
    ),
  );
}

interface KnownOfImage {
  platform?: Platform | undefined;
  source?: Digest | undefined;
  chunks?: number | undefined;
}

/** What a tag would say of an image; the store is asked for what is not known. */
async function imageOfManifest(
  stored: StoredManifest,
  { platform, source, chunks }: KnownOfImage,
  store: Store,
  options: Options,
): Promise<TagImage> {
  const image = {
    manifest: stored.manifest,
    content: contentOf(stored.bytes),
    platform: platform ?? (await platformOf(stored, store, options)),
    chunks: chunks ?? (await countChunks(stored, store, options)),
  };
  return describeStoredImage(image, source);
}

async function platformOf({ manifest }: StoredManifest, store: Store, options: Options) {
  return parseConfig(await readConfig(manifest, store, options)).platform;
}

async function countChunks({ manifest }: StoredManifest, store: Store, options: Options) {
  const recipes = manifest.layers.map(({ digest }) => readRecipe(digest, store, options));
  return (await Promise.all(recipes)).reduce(
    (sum, { meta, content }) => sum + meta.length + content.length,
    0,
  );
}
