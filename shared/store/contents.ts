import type { Options } from '../bucket/bucket.ts';
import { type Content, contentOf, type Digest } from '../digest.ts';
import { compress } from './codec.ts';
import { corrupt } from './corrupt.ts';
import { keys } from './keys.ts';
import type { Objects } from './objects.ts';
import { openBlob, openChunk, openRecipe } from './open-content.ts';
import { encodeRecipe, type Recipe } from './recipe.ts';

/** What in a store is named by its own digest, and never changes. */
export interface Contents {
  hasChunk(digest: Digest, options?: Options): Promise<boolean>;
  /** The chunk's plain bytes, verified. @throws CORRUPT when they are not, or are missing */
  getChunk(chunk: Content, options?: Options): Promise<Buffer>;
  /** @returns false when the store had it */
  putChunk(chunk: Content, plain: Uint8Array, options?: PutContentOptions): Promise<boolean>;

  /** @throws CORRUPT when it is no recipe; whether it gives the layer, the layer's digest tells */
  getRecipe(diffId: Digest, options?: Options): Promise<Recipe | undefined>;
  /** @returns false when the store had it */
  putRecipe(recipe: Recipe, options?: PutContentOptions): Promise<boolean>;

  /** A config's or manifest's bytes, verified. @throws CORRUPT when they are not */
  getBlob(digest: Digest, options?: Options): Promise<Buffer | undefined>;
  putBlob(bytes: Uint8Array, options?: PutContentOptions): Promise<Content>;
}

export interface PutContentOptions extends Options {
  /** Replaces what is there, for it may be corrupt. */
  overwrite?: boolean | undefined;
}

export function openContents(objects: Objects): Contents {
  const put = (key: string, bytes: Uint8Array, options?: PutContentOptions) =>
    putContent(objects, key, bytes, options);
  return {
    hasChunk: (digest, options) => objects.has(keys.chunk(digest), options),

    async getChunk(chunk, options) {
      const plain = await objects.read(
        keys.chunk(chunk.digest),
        (frame) => openChunk(chunk, frame),
        { ...options, sizeHint: chunk.size },
      );
      if (plain) return plain;
      throw corrupt(`The chunk ${chunk.digest} is missing.`);
    },
    putChunk: async (chunk, plain, options) =>
      put(keys.chunk(chunk.digest), await compress(plain), options),

    getRecipe: (diffId, options) =>
      objects.read(keys.layer(diffId), (frame) => openRecipe(diffId, frame), options),
    putRecipe: async (recipe, options) =>
      put(keys.layer(recipe.diffId), await compress(encodeRecipe(recipe)), options),

    getBlob: (digest, options) =>
      objects.read(keys.blob(digest), (bytes) => openBlob(digest, bytes), options),
    async putBlob(bytes, options) {
      const content = contentOf(bytes);
      await put(keys.blob(content.digest), bytes, options);
      return content;
    },
  };
}

/** @returns false when the store had it */
export async function putContent(
  objects: Objects,
  key: string,
  bytes: Uint8Array,
  { overwrite, ...options }: PutContentOptions = {},
): Promise<boolean> {
  if (!overwrite) return objects.putOnce(key, bytes, options);
  await objects.overwrite(key, bytes, options);
  return true;
}
