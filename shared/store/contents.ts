import type { Options } from '../bucket/bucket.ts';
import { type Content, contentOf, type Digest } from '../digest.ts';
import { compress, decompress } from './codec.ts';
import { corrupt } from './corrupt.ts';
import { keys } from './keys.ts';
import type { Objects } from './objects.ts';
import { decodeRecipe, encodeRecipe, largestRecipe, type Recipe } from './recipe.ts';

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
  const put = async (key: string, bytes: Uint8Array, options: PutContentOptions = {}) => {
    if (!options.overwrite) return objects.putOnce(key, bytes, options);
    await objects.overwrite(key, bytes, options);
    return true;
  };
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
      objects.read(
        keys.layer(diffId),
        async (frame) => {
          const json = await decompress(frame, largestRecipe).catch((error) => {
            throw corrupt(
              `The recipe of layer ${diffId} is corrupt: it does not decompress.`,
              error,
            );
          });
          return decodeRecipe(diffId, json);
        },
        options,
      ),
    putRecipe: async (recipe, options) =>
      put(keys.layer(recipe.diffId), await compress(encodeRecipe(recipe)), options),

    getBlob: (digest, options) =>
      objects.read(
        keys.blob(digest),
        (bytes) => {
          if (contentOf(bytes).digest === digest) return bytes;
          throw corrupt(`The blob ${digest} is corrupt: its bytes have another digest.`);
        },
        options,
      ),
    async putBlob(bytes, options) {
      const content = contentOf(bytes);
      await put(keys.blob(content.digest), bytes, options);
      return content;
    },
  };
}

async function openChunk(chunk: Content, frame: Buffer): Promise<Buffer> {
  const plain = await decompress(frame, chunk.size).catch((error) => {
    throw corrupt(`The chunk ${chunk.digest} is corrupt: it does not decompress.`, error);
  });
  const found = contentOf(plain);
  if (found.size === chunk.size && found.digest === chunk.digest) return plain;
  throw corrupt(`The chunk ${chunk.digest} is corrupt: its bytes have another digest.`);
}
