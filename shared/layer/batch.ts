/** Bytes of output gathered from small runs before it is passed on. */
const slabSize = 256 * 1024;
/** A run of at least this many bytes is passed on as it is, without a copy. */
const largeRun = 64 * 1024;

/**
 * Gathers runs of bytes, in order, into pieces worth an asynchronous hop: layers of small files
 * are made of runs of a few hundred bytes.
 */
export class Batch {
  /** Pieces to pass on; {@link take} empties it. */
  ready: Buffer[] = [];
  #slab = Buffer.allocUnsafeSlow(slabSize);
  #start = 0;
  #end = 0;

  /** Adds `bytes` from `start` to `end`; they must stay as they are until the piece is used. */
  add(bytes: Buffer, start: number, end: number): void {
    if (end - start >= largeRun) {
      this.flush();
      this.ready.push(bytes.subarray(start, end));
      return;
    }
    let at = start;
    while (at < end) {
      const copied = bytes.copy(this.#slab, this.#end, at, end);
      at += copied;
      this.#end += copied;
      if (this.#end === slabSize) this.#replaceSlab();
    }
  }

  /** Makes what was gathered ready. */
  flush(): void {
    if (this.#end === this.#start) return;
    this.ready.push(this.#slab.subarray(this.#start, this.#end));
    this.#start = this.#end;
  }

  take(): Buffer[] {
    const pieces = this.ready;
    this.ready = [];
    return pieces;
  }

  #replaceSlab(): void {
    this.flush();
    this.#slab = Buffer.allocUnsafeSlow(slabSize);
    this.#start = 0;
    this.#end = 0;
  }
}
