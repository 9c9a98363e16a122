import type { Clock } from './clock.ts';

/** Whether each of several loops makes progress: each says for how long it may be silent now. */
export class Lifeline {
  readonly #clock: Clock;
  readonly #until = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  expect(loop: string, milliseconds: number): void {
    this.#until.set(loop, this.#clock.now() + milliseconds);
  }

  isAlive(): boolean {
    const now = this.#clock.now();
    return [...this.#until.values()].every((until) => now <= until);
  }
}
