import { setTimeout as sleep } from 'node:timers/promises';

/** Timers are not finer than this; shorter waits are saved up. */
const MIN_WAIT_MILLISECONDS = 4;

/** Limits the rate of one connection, both ways together, over all its requests. */
export class Throttle {
  /** When everything let through so far is due at the rate, in performance.now() terms. */
  #due = 0;

  /**
   * Resolves when `size` more bytes may pass at `rate` bytes a second. Rejects when `signal`
   * is aborted.
   */
  async pass(size: number, rate: number, signal: AbortSignal): Promise<void> {
    if (rate === Infinity) return;
    const now = performance.now();
    this.#due = Math.max(this.#due, now) + (size / rate) * 1000;
    const wait = this.#due - now;
    if (wait >= MIN_WAIT_MILLISECONDS) await sleep(wait, undefined, { signal });
  }
}
