import { type Content, contentOf, type Digest } from '../digest.ts';
import { decompress } from './codec.ts';
import { corrupt } from './corrupt.ts';
import { decodeRecipe, largestRecipe, type Recipe } from './recipe.ts';

// What an object named by a digest holds, verified; each throws CORRUPT when it is not what it should be.

/** The plain bytes of a chunk. */
export async function openChunk(chunk: Content, frame: Buffer): Promise<Buffer> {
  const plain = await decompress(frame, chunk.size).catch((error) => {
    throw corrupt(`The chunk ${chunk.digest} is corrupt: it does not decompress.`, error);
  });
  const found = contentOf(plain);
  if (found.size === chunk.size && found.digest === chunk.digest) return plain;
  throw corrupt(`The chunk ${chunk.digest} is corrupt: its bytes have another digest.`);
}

export async function openRecipe(diffId: Digest, frame: Buffer): Promise<Recipe> {
  const json = await decompress(frame, largestRecipe).catch((error) => {
    throw corrupt(`The recipe of layer ${diffId} is corrupt: it does not decompress.`, error);
  });
  return decodeRecipe(diffId, json);
}

/** The bytes of a config, a manifest or an index. */
export function openBlob(digest: Digest, bytes: Buffer): Buffer {
  if (contentOf(bytes).digest === digest) return bytes;
  throw corrupt(`The blob ${digest} is corrupt: its bytes have another digest.`);
}
