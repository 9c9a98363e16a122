import type { Options } from '../bucket/bucket.ts';
import type { Digest } from '../digest.ts';
import { parseConfig } from '../image/config.ts';
import { imageSize } from '../image/manifest.ts';
import { formatPlatform, type Platform } from '../image/platform.ts';
import { formatReference, type Reference } from '../image/reference.ts';
import type { Store } from '../store/store.ts';
import type { TagRecord } from '../store/tag.ts';
import { checkPlatform, chooseManifest } from './find-image.ts';
import { readConfig, readRecipe } from './read-parts.ts';
import { type OfferedManifest, resolveReference } from './resolve.ts';

/** `inspect --json`. */
export interface Inspected {
  reference: string;
  /** Of the manifest, or of the index of several platforms. */
  digest: Digest;
  images: InspectedImage[];
  /** The tag's record; undefined when an image was named by its digest. */
  tag: TagRecord | undefined;
}

/** Sizes are bytes, uncompressed. */
export interface InspectedImage {
  platform: string;
  /** The manifest's. */
  digest: Digest;
  imageId: Digest;
  created: string | undefined;
  size: number;
  layers: { digest: Digest; size: number; chunks: number }[];
  /** The image's config, as docker inspect would show it. */
  config: unknown;
}

/**
 * @param platform only the image for this one
 * @throws WherryError NOT_FOUND when there is no such image, CORRUPT when it lacks something
 */
export async function inspect(
  reference: Reference,
  platform: Platform | undefined,
  store: Store,
  options: Options,
): Promise<Inspected> {
  const { digest, manifests, record } = await resolveReference(reference, store, options);
  const chosen = platform ? [chooseManifest(manifests, platform)] : manifests;
  const images = await Promise.all(
    chosen.map((each) => inspectImage(each, platform, store, options)),
  );
  return { reference: formatReference(reference), digest, images, tag: record };
}

async function inspectImage(
  { digest, platform, read }: OfferedManifest,
  wanted: Platform | undefined,
  store: Store,
  options: Options,
): Promise<InspectedImage> {
  const { manifest } = await read();
  const [config, ...recipes] = await Promise.all([
    readConfig(manifest, store, options),
    ...manifest.layers.map((layer) => readRecipe(layer.digest, store, options)),
  ]);
  const parsed = parseConfig(config);
  const own = platform ?? parsed.platform;
  checkPlatform(wanted, own);
  return {
    platform: formatPlatform(own),
    digest,
    imageId: manifest.config.digest,
    created: parsed.created,
    size: imageSize(manifest),
    layers: recipes.map(({ diffId, size, meta, content }) => ({
      digest: diffId,
      size,
      chunks: meta.length + content.length,
    })),
    config: JSON.parse(config.toString('utf8')),
  };
}
