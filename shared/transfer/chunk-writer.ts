import { type Content, contentOf, type Digest } from '../digest.ts';
import { isWherryError } from '../error.ts';
import type { Store } from '../store/store.ts';
import { Window } from './window.ts';

/**
 * Plain bytes of chunks that are being compressed or sent. A frame takes up to as much again; 16
 * average chunks hide the latency of S3, and larger windows measured no faster.
 */
const windowSize = 16 * 1024 * 1024;

export interface ChunkWriterOptions {
  signal?: AbortSignal | undefined;
  /** Fetch and check what is there already, and replace what fails. */
  repair?: boolean | undefined;
}

/** Puts chunks into a store, many at once, each only where the store has not got it. */
export class ChunkWriter {
  /** How many chunks were looked at, how many of them were sent, and their plain bytes. */
  readonly count = { total: 0, uploaded: 0, uploadedBytes: 0 };
  readonly #store: Store;
  readonly #options: ChunkWriterOptions;
  readonly #window = new Window(windowSize);
  readonly #known = new Set<Digest>();
  readonly #pending = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  #failure: { error: unknown } | undefined;

  constructor(store: Store, options: ChunkWriterOptions) {
    const { signal } = options;
    this.#store = store;
    this.#options = options;
    this.#signal = signal ? AbortSignal.any([signal, this.#stop.signal]) : this.#stop.signal;
  }

  /** Takes chunks as being in the store, unasked. */
  assume(chunks: Iterable<Content>): void {
    if (this.#options.repair) return;
    for (const { digest } of chunks) this.#known.add(digest);
  }

  /**
   * Takes over a chunk. Resolves when there is room for the next one, which may be long before this
   * one is stored: see {@link flush}.
   *
   * @throws whatever went wrong with an earlier chunk
   */
  async add(plain: Buffer): Promise<Content> {
    if (this.#failure) throw this.#failure.error;
    const chunk = contentOf(plain);
    this.count.total++;
    if (this.#known.has(chunk.digest)) return chunk;
    this.#known.add(chunk.digest);
    await this.#window.acquire(chunk.size);
    const sent = this.#send(chunk, plain).finally(() => {
      this.#window.release(chunk.size);
      this.#pending.delete(sent);
    });
    this.#pending.add(sent);
    return chunk;
  }

  /** Resolves when every chunk taken so far is in the store. */
  async flush(): Promise<void> {
    await Promise.all(this.#pending);
    if (this.#failure) throw this.#failure.error;
  }

  /** Ends what is still being sent, and resolves when nothing of it is left half done. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#pending);
  }

  /** Never rejects: what fails is thrown by the next {@link add} or {@link flush}. */
  async #send(chunk: Content, plain: Buffer): Promise<void> {
    try {
      if (await this.#isStored(chunk)) return;
      const options = { signal: this.#signal, overwrite: this.#options.repair };
      await this.#store.putChunk(chunk, plain, options);
      this.count.uploaded++;
      this.count.uploadedBytes += chunk.size;
    } catch (error) {
      this.#failure ??= { error };
    }
  }

  async #isStored(chunk: Content): Promise<boolean> {
    const options = { signal: this.#signal };
    if (!this.#options.repair) return this.#store.hasChunk(chunk.digest, options);
    return this.#store.getChunk(chunk, options).then(
      () => true,
      (error) => {
        if (isWherryError(error, 'CORRUPT')) return false;
        throw error;
      },
    );
  }
}
