/**
 * Buffers that are used again. Chunks are large and of every size; made anew each time, they leave
 * holes in malloc's heap that cost a push some 70 MB.
 */
export class BufferPool {
  readonly #free = new Map<number, ArrayBufferLike[]>();

  /** A buffer of `size` bytes, with whatever was in it before. {@link give} it back. */
  take(size: number): Buffer {
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(size, 4096)));
    const memory = this.#free.get(capacity)?.pop() ?? Buffer.allocUnsafeSlow(capacity).buffer;
    return Buffer.from(memory, 0, size);
  }

  /** Takes back a buffer that nobody reads any more. */
  give({ buffer }: Buffer): void {
    const free = this.#free.get(buffer.byteLength) ?? [];
    this.#free.set(buffer.byteLength, free);
    free.push(buffer);
  }
}
