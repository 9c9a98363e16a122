import type { Options } from '../bucket/bucket.ts';
import { WherryError } from '../error.ts';
import { type ChunkSizes, defaultChunkSizes, parseChunkSizes } from '../layer/sizes.ts';
import { keys } from './keys.ts';
import type { Objects } from './objects.ts';

/** How a store's layers are cut, which all who push to it must agree on. */
export interface Format {
  /** Reads the store's format; writes `initial`, or ours, into a store that has none yet. */
  chunkSizes(options?: FormatOptions): Promise<ChunkSizes>;
  /** The store's format; undefined when it has none yet, and so nothing that is cut. */
  findChunkSizes(options?: Options): Promise<ChunkSizes | undefined>;
}

export interface FormatOptions extends Options {
  initial?: ChunkSizes | undefined;
}

export function openFormat(objects: Objects): Format {
  const find = (options?: Options) => objects.read(keys.format, decodeFormat, options);
  return {
    findChunkSizes: find,
    async chunkSizes({ initial = defaultChunkSizes, ...options } = {}) {
      const found = await find(options);
      if (found) return found;
      const json = JSON.stringify({ wherry: 1, chunking: initial });
      await objects.putOnce(keys.format, Buffer.from(`${json}\n`), options);
      return (await find(options)) ?? initial;
    },
  };
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
