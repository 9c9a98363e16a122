/**
 * Bounds the bytes in flight. Whoever needs more than is left waits, first come first served; one
 * that needs more than the whole window gets it all to itself.
 */
export class Window {
  readonly #size: number;
  readonly #waiting: { bytes: number; go: () => void }[] = [];
  #used = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** Bytes in flight now. */
  get used(): number {
    return this.#used;
  }

  /** Resolves once `bytes` more may be in flight; {@link release} them afterwards. */
  acquire(bytes: number): Promise<void> | undefined {
    if (this.tryAcquire(bytes)) return undefined;
    return new Promise((go) => this.#waiting.push({ bytes, go }));
  }

  /** Takes `bytes` if they are left and nobody waits. @returns whether it did */
  tryAcquire(bytes: number): boolean {
    if (this.#waiting.length > 0 || !this.#fits(bytes)) return false;
    this.#used += bytes;
    return true;
  }

  release(bytes: number): void {
    this.#used -= bytes;
    for (let next = this.#waiting[0]; next && this.#fits(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#used += next.bytes;
      next.go();
    }
  }

  #fits(bytes: number): boolean {
    return this.#used === 0 || this.#used + bytes <= this.#size;
  }
}
