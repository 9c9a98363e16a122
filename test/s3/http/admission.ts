import { S3Error } from '../errors.ts';
import type { Conditions } from './conditions.ts';

/** Turns requests away beyond the limits of the conditions. */
export class Admission {
  readonly #conditions: Conditions;
  #underWay = 0;
  #second = 0;
  #inSecond = 0;

  constructor(conditions: Conditions) {
    this.#conditions = conditions;
  }

  /** Counts a request as under way, whether or not it is then admitted. */
  enter(): void {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) this.#inSecond = 0;
    this.#second = second;
    this.#inSecond++;
    this.#underWay++;
  }

  leave(): void {
    this.#underWay--;
  }

  /** Throws S3Error SlowDown. */
  check(): void {
    const { maxConcurrent, maxPerSecond } = this.#conditions;
    if (this.#underWay > maxConcurrent || this.#inSecond > maxPerSecond) {
      throw new S3Error('SlowDown');
    }
  }
}
