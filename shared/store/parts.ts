import type { Options } from '../bucket/bucket.ts';
import type { Content, Digest } from '../digest.ts';
import { type PutContentOptions, putContent } from './contents.ts';
import { corrupt } from './corrupt.ts';
import { keys } from './keys.ts';
import type { Objects } from './objects.ts';
import { openBlob, openChunk, openRecipe } from './open-content.ts';

/** An object of a store that never changes; of a chunk, the digest and size of its plain bytes. */
export type Part =
  | ({ kind: 'chunk' } & Content)
  | { kind: 'recipe'; digest: Digest }
  | { kind: 'blob'; digest: Digest };

/** The object as it is stored: compressed, where its kind is. */
export interface StoredPart {
  /** Bytes. */
  size: number;
  etag: string;
}

/** What one store passes to another as it is stored, without making it anew. */
export interface Parts {
  findPart(part: Part, options?: Options): Promise<StoredPart | undefined>;
  /**
   * The object as it is stored; what is in it is verified.
   *
   * @throws CORRUPT when it is not what it should be, or is missing
   */
  readPart(part: Part, options?: Options): Promise<Buffer>;
  /** The pair of {@link readPart}. @returns false when the store had it */
  writePart(part: Part, bytes: Uint8Array, options?: PutContentOptions): Promise<boolean>;
  /** Stores with the same one have their service {@link copyPart}; undefined: it never does. */
  copyService(): Promise<string | undefined>;
  /**
   * Has the service store what another store has, unseen, with the credentials of this store.
   *
   * @param source the URL of a store of the same service
   * @returns the new ETag; undefined when this store had it
   * @throws ACCESS_DENIED also when these credentials may not read the source, NOT_FOUND when it is
   *   missing there
   */
  copyPart(part: Part, source: string, options?: Options): Promise<string | undefined>;
}

export function openParts(objects: Objects): Parts {
  return {
    findPart: (part, options) => objects.info(keyOf(part), options),
    async readPart(part, options) {
      const read = async (bytes: Buffer) => {
        await check(part, bytes);
        return bytes;
      };
      const bytes = await objects.read(keyOf(part), read, options);
      if (bytes) return bytes;
      throw missingPart(part);
    },
    writePart: (part, bytes, options) => putContent(objects, keyOf(part), bytes, options),
    copyService: objects.copyService,
    copyPart: (part, source, options) => objects.copyOnce(keyOf(part), source, options),
  };
}

/** The error for something that a store must have, for something else in it names it. */
export function missingPart({ kind, digest }: Part): Error {
  return corrupt(`The ${kind} ${digest} is missing.`);
}

function keyOf(part: Part): string {
  switch (part.kind) {
    case 'chunk':
      return keys.chunk(part.digest);
    case 'recipe':
      return keys.layer(part.digest);
    case 'blob':
      return keys.blob(part.digest);
  }
}

async function check(part: Part, bytes: Buffer): Promise<void> {
  switch (part.kind) {
    case 'chunk':
      await openChunk(part, bytes);
      break;
    case 'recipe':
      await openRecipe(part.digest, bytes);
      break;
    case 'blob':
      openBlob(part.digest, bytes);
  }
}
