import { numbers } from '../property/random.ts';

/** Random draws, the same ones in the same order for the same seed. */
export class Chance {
  readonly #next: (limit: number) => number;

  constructor(seed: number) {
    this.#next = numbers(seed);
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + this.#next(most - least + 1);
  }

  /** A whole number from 1 to `most`, as likely to have few digits as many. */
  size(most: number): number {
    return Math.round(most ** (this.#next(10_001) / 10_000));
  }

  /** Whether something of this probability, from 0 to 1, happens. */
  happens(probability: number): boolean {
    return this.#next(1_000_000) < probability * 1_000_000;
  }

  /** One of the items, of which there must be some. */
  of<T>(items: readonly T[]): T {
    return items[this.#next(items.length)] as T;
  }

  /** One of the names, each as often as its weight says. */
  weighted<Name extends string>(weights: Record<Name, number>): Name {
    const entries = Object.entries(weights) as [Name, number][];
    let left = this.#next(entries.reduce((sum, [, weight]) => sum + weight, 0));
    const found = entries.find(([, weight]) => {
      left -= weight;
      return left < 0;
    });
    return (found as [Name, number])[0];
  }

  /** Some of the items, in their order, each at most once. */
  some<T>(items: readonly T[], count: number): T[] {
    const left = items.map((_, index) => index);
    const chosen = Array.from({ length: Math.min(count, items.length) }, () => {
      const at = this.#next(left.length);
      return left.splice(at, 1)[0] as number;
    });
    return chosen.sort((a, b) => a - b).map((index) => items[index] as T);
  }
}
