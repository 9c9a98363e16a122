import { type Content, type Digest, isDigest } from '../digest.ts';
import { corrupt } from './corrupt.ts';

/**
 * How a layer is put together again: the chunks of its two streams, in order. See docs/store.md.
 */
export interface Recipe {
  /** The layer's digest, uncompressed. */
  diffId: Digest;
  /** Bytes of the layer, uncompressed: the sum of all chunks. */
  size: number;
  meta: Content[];
  content: Content[];
}

/** Bytes that one chunk may have in any store, so that a recipe cannot ask for endless memory. */
export const largestChunk = 64 * 1024 * 1024;

/** Bytes of JSON that a recipe may have: enough for a layer of several TiB. */
export const largestRecipe = 256 * 1024 * 1024;

export function encodeRecipe(recipe: Recipe): Buffer {
  const { size, meta, content } = recipe;
  return Buffer.from(JSON.stringify({ wherry: 1, size, meta, content }));
}

/** @throws WherryError CORRUPT when the bytes are no recipe, or its sizes do not add up */
export function decodeRecipe(diffId: Digest, bytes: Uint8Array): Recipe {
  const bad = (why: string, cause?: unknown) =>
    corrupt(`The recipe of layer ${diffId} is corrupt: ${why}.`, cause);
  let value: { wherry?: unknown; size?: unknown; meta?: unknown; content?: unknown };
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    throw bad('it is not JSON', error);
  }
  if (value?.wherry !== 1) throw bad('its version is not 1');
  const meta = contents(value.meta);
  const content = contents(value.content);
  if (!meta || !content) throw bad('a chunk lacks its digest or a size that can be');
  const size = [...meta, ...content].reduce((sum, chunk) => sum + chunk.size, 0);
  if (value.size !== size) throw bad(`its chunks have ${size} bytes, not ${value.size}`);
  return { diffId, size, meta, content };
}

function contents(value: unknown): Content[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const good = value.every(
    (chunk) =>
      isDigest(chunk?.digest) &&
      Number.isSafeInteger(chunk.size) &&
      chunk.size > 0 &&
      chunk.size <= largestChunk,
  );
  return good ? value.map(({ digest, size }) => ({ digest, size })) : undefined;
}
