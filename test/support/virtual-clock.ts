import type { Clock } from '../../agent/watch/clock.ts';

interface Sleeper {
  until: number;
  wake(): void;
}

/**
 * Time that passes only while every one of `loops` sleeps, and then at once, to where the first one
 * wakes up.
 */
export class VirtualClock implements Clock {
  readonly #start = Date.parse('2026-11-23T00:00:00Z');
  readonly #sleepers = new Set<Sleeper>();
  readonly #events: { at: number; happen: () => unknown }[] = [];
  #now = 0;
  /** Milliseconds that the clock on the wall is wrong by. */
  skew = 0;
  loops = 1;

  now = (): number => this.#now;
  wall = (): Date => new Date(this.#start + this.#now + this.skew);

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper = { until: this.#now + milliseconds, wake };
      if (signal?.aborted) return resolve();
      signal?.addEventListener('abort', wake);
      this.#sleepers.add(sleeper);
      if (this.#sleepers.size === this.loops) setImmediate(() => this.#pass());
    });
  }

  /** Has something happen at a time, in milliseconds from the start. */
  at(time: number, happen: () => unknown): void {
    this.#events.push({ at: time, happen });
    this.#events.sort((a, b) => a.at - b.at);
  }

  /** Forgets all sleepers, as a crash does. */
  clear(): void {
    this.#sleepers.clear();
  }

  async #pass(): Promise<void> {
    if (this.#sleepers.size < this.loops) return;
    const first = [...this.#sleepers].reduce((a, b) => (b.until < a.until ? b : a));
    while (this.#events[0] && this.#events[0].at <= first.until) {
      const event = this.#events.shift();
      this.#now = Math.max(this.#now, event?.at ?? 0);
      await event?.happen();
    }
    if (!this.#sleepers.has(first)) return;
    this.#now = Math.max(this.#now, first.until);
    first.wake();
  }
}
