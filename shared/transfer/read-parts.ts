import type { Options } from '../bucket/bucket.ts';
import type { Digest } from '../digest.ts';
import { decodeIndex, type IndexEntry } from '../image/image-index.ts';
import { decodeManifest, imageSize, type Manifest } from '../image/manifest.ts';
import { corrupt } from '../store/corrupt.ts';
import type { Recipe } from '../store/recipe.ts';
import type { Store } from '../store/store.ts';
import type { TagImage } from '../store/tag-images.ts';

// The parts of an image, which a store must have as something in it names them: else it is CORRUPT.

export interface StoredManifest {
  manifest: Manifest;
  /** The manifest's own bytes. */
  bytes: Buffer;
}

export async function readIndex(
  digest: Digest,
  store: Store,
  options: Options,
): Promise<IndexEntry[]> {
  return decodeIndex(await readBlob('index', digest, store, options));
}

export async function readManifest(
  digest: Digest,
  store: Store,
  options: Options,
): Promise<StoredManifest> {
  const bytes = await readBlob('manifest', digest, store, options);
  return { manifest: decodeManifest(bytes), bytes };
}

/** The manifest of a tag's image, checked against what the tag says of it. */
export async function readTagManifest(
  image: TagImage,
  store: Store,
  options: Options,
): Promise<StoredManifest> {
  const read = await readManifest(image.digest, store, options);
  const { manifest, bytes } = read;
  const agrees =
    image.size === bytes.length &&
    image.imageSize === imageSize(manifest) &&
    image.layers === manifest.layers.length;
  if (!agrees) throw corrupt(`The tag and the manifest ${image.digest} disagree.`);
  return read;
}

export function readConfig({ config }: Manifest, store: Store, options: Options): Promise<Buffer> {
  return readBlob('config', config.digest, store, options);
}

export async function readRecipe(diffId: Digest, store: Store, options: Options): Promise<Recipe> {
  const recipe = await store.getRecipe(diffId, options);
  if (recipe) return recipe;
  throw corrupt(`The recipe of layer ${diffId} is missing.`);
}

async function readBlob(
  what: 'index' | 'manifest' | 'config',
  digest: Digest,
  store: Store,
  options: Options,
): Promise<Buffer> {
  const bytes = await store.getBlob(digest, options);
  if (bytes) return bytes;
  throw corrupt(`The ${what} ${digest} is missing.`);
}
