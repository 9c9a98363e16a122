import { WherryError } from '../error.ts';

/** Bytes of a chunk. `average` is a power of two; only the last chunk of a stream is below `min`. */
export interface ChunkSizes {
  min: number;
  average: number;
  max: number;
}

const KiB = 1024;
const MiB = 1024 * KiB;

/** What a new store is cut with. */
export const defaultChunkSizes: ChunkSizes = { min: 512 * KiB, average: 2 * MiB, max: 8 * MiB };

/** A store's sizes lie between these, so that a forged format.json cannot exhaust the memory. */
const smallest = 64;
const largest = 64 * MiB;

/**
 * Reads the chunk sizes of a store's format.json.
 *
 * @throws WherryError CORRUPT unless they are whole numbers with 64 B ≤ min < average < max ≤ 64 MiB
 *   and a power of two as the average
 */
export function parseChunkSizes(value: unknown): ChunkSizes {
  const { min, average, max } = (value ?? {}) as Record<string, unknown>;
  if (
    !isInteger(min) ||
    !isInteger(average) ||
    !isInteger(max) ||
    min < smallest ||
    min >= average ||
    average >= max ||
    max > largest ||
    !Number.isInteger(Math.log2(average))
  ) {
    throw new WherryError('CORRUPT', "The chunk sizes in the store's format.json make no sense.", {
      side: 'store',
      hint: 'Check that the store is the one you mean; restore its format.json.',
    });
  }
  return { min, average, max };
}

function isInteger(value: unknown): value is number {
  return Number.isInteger(value);
}
