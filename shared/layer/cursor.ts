const nothing: Buffer = Buffer.alloc(0);

/** A place in a stream of pieces: `piece` from `at` on is at hand, {@link load} gets more. */
export class Cursor {
  piece = nothing;
  at = 0;
  readonly #source: AsyncIterator<Buffer>;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Bytes at hand. */
  get left(): number {
    return this.piece.length - this.at;
  }

  /** Makes sure that bytes are at hand; false at the end of the stream. */
  async load(): Promise<boolean> {
    while (this.left === 0) {
      const next = await this.#source.next();
      if (next.done) return false;
      this.piece = next.value;
      this.at = 0;
    }
    return true;
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }
}
