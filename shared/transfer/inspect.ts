import type { Options } from '../bucket/bucket.ts';
import type { Digest } from '../digest.ts';
import { type ImageConfig, parseConfig } from '../image/config.ts';
import { imageSize } from '../image/manifest.ts';
import { formatPlatform } from '../image/platform.ts';
import { formatReference, type Reference } from '../image/reference.ts';
import { corrupt } from '../store/corrupt.ts';
import type { Store } from '../store/store.ts';
import type { TagRecord } from '../store/tag.ts';
import { findImage } from './find-image.ts';

/** `inspect --json`; sizes are bytes, uncompressed. */
export interface InspectedImage {
  reference: string;
  digest: Digest;
  imageId: Digest;
  platform: string;
  created: string | undefined;
  size: number;
  layers: { digest: Digest; size: number; chunks: number }[];
  /** The tag's record; undefined when the image was named by its digest. */
  tag: TagRecord | undefined;
  /** The image's config, as docker inspect would show it. */
  config: unknown;
}

export async function inspectImage(
  reference: Reference,
  store: Store,
  options: Options,
): Promise<InspectedImage> {
  const { digest, manifest, record } = await findImage(reference, store, options);
  const [config, ...chunks] = await Promise.all([
    store.getBlob(manifest.config.digest, options),
    ...manifest.layers.map(async (layer) => {
      const recipe = await store.getRecipe(layer.digest, options);
      if (!recipe) throw corrupt(`The recipe of layer ${layer.digest} is missing.`);
      return recipe.meta.length + recipe.content.length;
    }),
  ]);
  if (!config) throw corrupt(`The config ${manifest.config.digest} is missing.`);
  const parsed: ImageConfig = parseConfig(config);
  return {
    reference: formatReference(reference),
    digest,
    imageId: manifest.config.digest,
    platform: formatPlatform(parsed.platform),
    created: parsed.created,
    size: imageSize(manifest),
    layers: manifest.layers.map(({ digest, size }, index) => ({
      digest,
      size,
      chunks: chunks[index] ?? 0,
    })),
    tag: record,
    config: JSON.parse(config.toString('utf8')),
  };
}
