import type { Content } from '../digest.ts';
import type { Store } from '../store/store.ts';

interface Fetch {
  size: number;
  bytes: Promise<Buffer>;
}

/**
 * Fetches chunks in the order in which they will be needed, many at once, and hands them out in
 * that order, verified. Holds `window` plain bytes at most, or one chunk.
 */
export class ChunkReader {
  readonly #store: Store;
  readonly #chunks: Content[];
  readonly #window: number;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  /** Started and not yet handed out, in order. */
  readonly #ahead: Fetch[] = [];
  #held = 0;
  #next = 0;

  constructor(store: Store, chunks: Content[], window: number, signal?: AbortSignal) {
    this.#store = store;
    this.#chunks = chunks;
    this.#window = window;
    this.#signal = signal ? AbortSignal.any([signal, this.#stop.signal]) : this.#stop.signal;
  }

  /** The next `count` chunks. */
  async *take(count: number): AsyncGenerator<Buffer, void, undefined> {
    for (let taken = 0; taken < count; taken++) {
      this.#fill();
      const first = this.#ahead.shift();
      if (!first) return;
      const bytes = await first.bytes;
      this.#held -= first.size;
      yield bytes;
    }
  }

  /** Ends what is being fetched. */
  close(): void {
    this.#stop.abort();
  }

  #fill(): void {
    for (;;) {
      const chunk = this.#chunks[this.#next];
      if (!chunk) return;
      if (this.#ahead.length > 0 && this.#held + chunk.size > this.#window) return;
      const bytes = this.#store.getChunk(chunk, { signal: this.#signal });
      // Its failure is thrown when its turn comes; until then it must not count as unhandled.
      bytes.catch(() => {});
      this.#ahead.push({ size: chunk.size, bytes });
      this.#held += chunk.size;
      this.#next++;
    }
  }
}
