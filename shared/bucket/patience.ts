export interface PatiencePolicy {
  /** Milliseconds to wait while fewer than `enough` times are known. */
  untried: number;
  enough: number;
  /** How many times as long as all but one in twenty of the recent requests. */
  factor: number;
  /** Milliseconds that are always waited, however fast the others were. */
  least: number;
}

export const defaultPatience: PatiencePolicy = {
  untried: 5_000,
  enough: 10,
  factor: 3,
  least: 1_000,
};

/** How many times are remembered. */
const remembered = 100;

/** How long to wait for a request, by how long others like it took. */
export class Patience {
  readonly #policy: PatiencePolicy;
  readonly #times: number[] = [];
  #next = 0;

  constructor(policy: PatiencePolicy) {
    this.#policy = policy;
  }

  /** Remembers that a request took so many milliseconds. */
  note(time: number): void {
    this.#times[this.#next] = time;
    this.#next = (this.#next + 1) % remembered;
  }

  /** Milliseconds after which a request counts as a straggler. */
  get milliseconds(): number {
    const { untried, enough, factor, least } = this.#policy;
    if (this.#times.length < enough) return untried;
    const sorted = this.#times.toSorted((a, b) => a - b);
    const high = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? untried;
    return Math.max(least, factor * high);
  }
}
