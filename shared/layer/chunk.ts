import { gear } from './gear.ts';
import type { ChunkSizes } from './sizes.ts';

/** How many bits the masks of normalized chunking have more and less than the average asks for. */
const normalization = 2;

/**
 * Cuts a stream where its content says: FastCDC (Xia et al., "FastCDC: a Fast and Efficient
 * Content-Defined Chunking Approach for Data Deduplication", USENIX ATC 2016; and IEEE TPDS 2020)
 * with a gear hash of 32 bits, normalized chunking of level 2 and cut-point skipping below `min`.
 *
 * Where it cuts depends on the bytes alone, never on the pieces they come in. It holds `max` bytes
 * at most; a chunk emitted belongs to the receiver.
 */
export class Chunker {
  readonly #sizes: ChunkSizes;
  readonly #emit: (chunk: Buffer) => void;
  readonly #maskBeforeAverage: number;
  readonly #maskAfterAverage: number;
  /** The chunk so far, in its first `#filled` bytes. */
  readonly #gathered: Buffer;
  #filled = 0;
  #hash = 0;

  constructor(sizes: ChunkSizes, emit: (chunk: Buffer) => void) {
    const bits = Math.log2(sizes.average);
    this.#sizes = sizes;
    this.#emit = emit;
    this.#maskBeforeAverage = topBits(bits + normalization);
    this.#maskAfterAverage = topBits(bits - normalization);
    this.#gathered = Buffer.allocUnsafeSlow(sizes.max);
  }

  push(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      const limit = Math.min(bytes.length, at + this.#sizes.max - this.#filled);
      const cut = this.#findCut(bytes, at, limit);
      const end = cut ?? limit;
      this.#filled += bytes.copy(this.#gathered, this.#filled, at, end);
      at = end;
      if (cut !== undefined || this.#filled === this.#sizes.max) this.#cut();
    }
  }

  /** Emits what is left, which may be shorter than `min`. */
  end(): void {
    if (this.#filled > 0) this.#cut();
  }

  #cut(): void {
    const chunk = Buffer.allocUnsafeSlow(this.#filled);
    this.#gathered.copy(chunk, 0, 0, this.#filled);
    this.#filled = 0;
    this.#hash = 0;
    this.#emit(chunk);
  }

  /** Where in `bytes`, after `start` and up to `end`, the content says to cut. */
  #findCut(bytes: Buffer, start: number, end: number): number | undefined {
    const { min, average } = this.#sizes;
    const origin = start - this.#filled;
    const from = Math.min(end, Math.max(start, origin + min));
    const middle = Math.min(end, Math.max(from, origin + average));
    return (
      this.#scan(bytes, from, middle, this.#maskBeforeAverage) ??
      this.#scan(bytes, middle, end, this.#maskAfterAverage)
    );
  }

  /** Two bytes a round, both hashed before either is tested: a third faster than one at a time. */
  #scan(bytes: Buffer, start: number, end: number, mask: number): number | undefined {
    let hash = this.#hash;
    let at = start;
    for (const last = end - 1; at < last; at += 2) {
      const first = ((hash << 1) + (gear[bytes[at] as number] as number)) | 0;
      hash = ((first << 1) + (gear[bytes[at + 1] as number] as number)) | 0;
      if ((first & mask) === 0) return at + 1;
      if ((hash & mask) === 0) return at + 2;
    }
    if (at < end) {
      hash = ((hash << 1) + (gear[bytes[at] as number] as number)) | 0;
      if ((hash & mask) === 0) return end;
    }
    this.#hash = hash;
    return undefined;
  }
}

/** A mask of the highest bits, which depend on the most bytes: bit n on the last n + 1. */
function topBits(count: number): number {
  return -1 << (32 - count);
}
