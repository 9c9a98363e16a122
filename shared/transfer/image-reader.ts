import type { WritableImage } from '../archive/write.ts';
import type { Content, Digest } from '../digest.ts';
import { parseConfig } from '../image/config.ts';
import { diffIdsOf } from '../image/manifest.ts';
import { formatPlatform, matchesPlatform, type Platform } from '../image/platform.ts';
import { corrupt } from '../store/corrupt.ts';
import type { TransferContext } from './context.ts';
import type { FoundImage } from './find-image.ts';
import { LayerReader } from './layer-reader.ts';
import { readConfig, readRecipe } from './read-parts.ts';

/** All of an image but what it is called. */
export type UnnamedImage = Omit<WritableImage, 'references'>;

/** An image of a store, ready to be written once. */
export interface ImageReader {
  image: UnnamedImage;
  platform: Platform;
  /** Ends what is still being fetched. */
  close(): void;
}

/**
 * Opens an image for writing it into an archive. Of the layers in `leaveOut` nothing is fetched, and
 * none goes into the archive.
 *
 * @throws WherryError CORRUPT when something is missing, or does not fit together
 */
export async function openImage(
  { manifest, bytes, platform: named }: FoundImage,
  leaveOut: ReadonlySet<Digest>,
  context: TransferContext,
): Promise<ImageReader> {
  const { store, meter, report, signal } = context;
  const wanted = [...new Set(diffIdsOf(manifest))].filter((diffId) => !leaveOut.has(diffId));
  const [config, ...recipes] = await Promise.all([
    readConfig(manifest, store, { signal }),
    ...wanted.map((diffId) => readRecipe(diffId, store, { signal })),
  ]);
  const { platform, diffIds } = parseConfig(config);
  if (diffIds.join() !== diffIdsOf(manifest).join()) {
    throw corrupt('The config and the manifest of the image disagree.');
  }
  // Many configs lack the variant, which the index has that the image came with.
  if (named && !matchesPlatform(platform, named)) {
    const [own, other] = [formatPlatform(platform), formatPlatform(named)];
    throw corrupt(`The image is for ${own}, where the store names it as one for ${other}.`);
  }
  report({ type: 'total', bytes: recipes.reduce((sum, recipe) => sum + recipe.size, 0) });
  const reader = new LayerReader(store, recipes, { report, signal, wire: () => meter.received });
  const sent = new Map<Digest, Content>(reader.layers.map((layer) => [layer.digest, layer]));
  const layers = manifest.layers.map((layer) => sent.get(layer.digest) ?? layer);
  return {
    image: { config, manifest: bytes, layers },
    platform: named ?? platform,
    close: () => reader.close(),
  };
}
