/** Reads lines and counted bytes from a stream of buffers, without copying the bytes. */
export class ByteQueue {
  readonly #source: AsyncIterator<Buffer>;
  readonly #tooShort: () => Error;
  #head: Buffer = Buffer.alloc(0);

  /** `tooShort` makes the error to throw when the stream ends too early, or a line too late. */
  constructor(source: AsyncIterable<Buffer>, tooShort: () => Error) {
    this.#source = source[Symbol.asyncIterator]();
    this.#tooShort = tooShort;
  }

  /** The next bytes: at least one, at most `limit`. */
  async upTo(limit: number): Promise<Buffer> {
    while (this.#head.length === 0) await this.#pull();
    const piece = this.#head.subarray(0, limit);
    this.#head = this.#head.subarray(piece.length);
    return piece;
  }

  /** The text before the next CR LF, at most `limit` bytes. */
  async line(limit: number): Promise<string> {
    for (;;) {
      const end = this.#head.indexOf('\r\n');
      if (end > limit || (end < 0 && this.#head.length > limit + 1)) throw this.#tooShort();
      if (end >= 0) {
        const line = this.#head.toString('latin1', 0, end);
        this.#head = this.#head.subarray(end + 2);
        return line;
      }
      await this.#pull();
    }
  }

  /** Takes the stream to its end; bytes that are left over are an error. */
  async end(): Promise<void> {
    if (this.#head.length > 0 || !(await this.#source.next()).done) throw this.#tooShort();
  }

  async #pull(): Promise<void> {
    const next = await this.#source.next();
    if (next.done) throw this.#tooShort();
    this.#head = this.#head.length === 0 ? next.value : Buffer.concat([this.#head, next.value]);
  }
}
