import { setTimeout } from 'node:timers/promises';

/** Time, so that tests can have a day pass at once. */
export interface Clock {
  /** Milliseconds from some moment; never goes back, whatever is done to the clock on the wall. */
  now(): number;
  /** For records and people only: it may jump. */
  wall(): Date;
  /** Ends early, as if it were over, when the signal fires. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => new Date(),
  sleep: (milliseconds, signal) =>
    setTimeout(milliseconds, undefined, signal ? { signal } : {}).catch(() => {}),
};
