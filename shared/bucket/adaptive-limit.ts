import { interrupted, isWherryError, throwIfAborted } from '../error.ts';

/**
 * How many requests run at once: additive increase, multiplicative decrease (Chiu and Jain, "Analysis
 * of the Increase and Decrease Algorithms for Congestion Avoidance", 1989). Starts at `most`. A
 * request that fails as SLOW_DOWN halves the limit, unless it began before the last halving, for a
 * whole burst is told the same thing at once. As many successes as the limit raise it by one.
 */
export class AdaptiveLimit {
  readonly #most: number;
  readonly #onChange: (limit: number) => void;
  readonly #waiting = new Set<() => void>();
  #limit: number;
  #running = 0;
  /** How often the limit was halved. */
  #halvings = 0;

  constructor(most: number, onChange: (limit: number) => void = () => {}) {
    this.#most = most;
    this.#limit = most;
    this.#onChange = onChange;
  }

  /** Runs `work` as soon as there is room. @throws WherryError INTERRUPTED when the wait is ended */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#running >= Math.floor(this.#limit)) await this.#wait(signal);
    else this.#running++;
    const before = this.#halvings;
    try {
      const result = await work();
      if (before === this.#halvings) this.#change(this.#limit + 1 / this.#limit);
      return result;
    } catch (error) {
      if (isWherryError(error, 'SLOW_DOWN') && before === this.#halvings) {
        this.#halvings++;
        this.#change(this.#limit / 2);
      }
      throw error;
    } finally {
      this.#running--;
      this.#admit();
    }
  }

  #change(limit: number): void {
    const before = Math.floor(this.#limit);
    this.#limit = Math.min(this.#most, Math.max(1, limit));
    const after = Math.floor(this.#limit);
    if (after !== before) this.#onChange(after);
  }

  #admit(): void {
    for (const go of this.#waiting) {
      if (this.#running >= Math.floor(this.#limit)) return;
      this.#waiting.delete(go);
      this.#running++;
      go();
    }
  }

  /** Resolves once this one counts as running: first come, first served. */
  #wait(signal: AbortSignal | undefined): Promise<void> {
    throwIfAborted(signal);
    return new Promise((resolve, reject) => {
      const go = () => {
        signal?.removeEventListener('abort', stop);
        resolve();
      };
      const stop = () => {
        this.#waiting.delete(go);
        reject(interrupted());
      };
      signal?.addEventListener('abort', stop, { once: true });
      this.#waiting.add(go);
    });
  }
}
