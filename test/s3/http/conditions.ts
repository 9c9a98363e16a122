import { seededRandom } from '../faults/random.ts';

export interface ConditionOptions {
  /** Milliseconds before the first byte of every answer; or the least and the most of them. */
  latency?: number | [least: number, most: number];
  /** Bytes per second of each connection, both ways together. */
  rate?: number;
  /** Requests under way at once, beyond which the answer is 503 SlowDown. */
  maxConcurrent?: number;
  /** Requests begun in one second, beyond which the answer is 503 SlowDown. */
  maxPerSecond?: number;
}

/** The conditions that hold for every request. They can be changed at any time. */
export class Conditions {
  latency: number | [least: number, most: number];
  rate: number;
  maxConcurrent: number;
  maxPerSecond: number;
  readonly #random: () => number;

  constructor(options: ConditionOptions, seed: number) {
    this.latency = options.latency ?? 0;
    this.rate = options.rate ?? Infinity;
    this.maxConcurrent = options.maxConcurrent ?? Infinity;
    this.maxPerSecond = options.maxPerSecond ?? Infinity;
    this.#random = seededRandom(seed);
  }

  /** Milliseconds for one answer. */
  drawLatency(): number {
    if (typeof this.latency === 'number') return this.latency;
    const [least, most] = this.latency;
    return least + this.#random() * (most - least);
  }
}
