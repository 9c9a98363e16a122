import type { Options } from '../bucket/bucket.ts';
import { WherryError } from '../error.ts';
import { type ChunkSizes, defaultChunkSizes, parseChunkSizes } from '../layer/sizes.ts';
import { keys } from './keys.ts';
import type { Objects } from './objects.ts';

/** How a store's layers are cut, which all who push to it must agree on. */
export interface Format {
  /** What the store says; undefined for one that has no format yet. @throws CORRUPT for another version */
  readFormat(options?: Options): Promise<ChunkSizes | undefined>;
  /** Reads the store's format; writes ours into a store that has none yet. */
  chunkSizes(options?: Options): Promise<ChunkSizes>;
}

export function openFormat(objects: Objects): Format {
  const readFormat = (options?: Options) => objects.read(keys.format, decodeFormat, options);
  return {
    readFormat,
    async chunkSizes(options) {
      const found = await readFormat(options);
      if (found) return found;
      await objects.putOnce(keys.format, newFormat(), options);
      return (await readFormat(options)) ?? defaultChunkSizes;
    },
  };
}

/** The format of a store that has none yet. */
export function newFormat(): Buffer {
  return Buffer.from(`${JSON.stringify({ wherry: 1, chunking: defaultChunkSizes })}\n`);
}

function decodeFormat(bytes: Buffer): ChunkSizes {
  const corrupt = (message: string, hint: string, cause?: unknown) =>
    new WherryError('CORRUPT', message, { side: 'store', hint, cause });
  let value: { wherry?: unknown; chunking?: unknown };
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw corrupt('format.json is not JSON.', 'Restore it, see docs/store.md.', error);
  }
  if (value?.wherry === 1) return parseChunkSizes(value.chunking);
  throw corrupt('The store has a format of another version.', 'Use a newer wherry.');
}
