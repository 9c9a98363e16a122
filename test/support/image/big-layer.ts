import { randomBytes } from './random.ts';
import { tarOf } from './tar.ts';

const chunkSize = 256 * 1024;

/** Bytes between stamps, well under the smallest chunk of the store. */
const stampEvery = 64 * 1024;

/**
 * A layer of one file of this many bytes, as a stream that needs little memory however large it is.
 * Its bytes do not compress and do not repeat.
 */
export function bigLayer(size: number, seed: number): () => AsyncIterable<Buffer> {
  return () => tarOf([{ name: 'big', size, content: () => incompressible(size, seed) }]);
}

async function* incompressible(size: number, seed: number): AsyncGenerator<Buffer> {
  const pattern = randomBytes(chunkSize, seed);
  for (let at = 0; at < size; at += chunkSize) {
    const chunk = Buffer.from(pattern.subarray(0, Math.min(chunkSize, size - at)));
    for (let stamp = 0; stamp + 8 <= chunk.length; stamp += stampEvery) {
      chunk.writeDoubleLE(Math.sin(at + stamp), stamp);
    }
    yield chunk;
  }
}
