import { setTimeout as sleep } from 'node:timers/promises';
import { interrupted, isWherryError } from './error.ts';

export interface RetryPolicy {
  /** Tries in all, the first one included. */
  attempts: number;
  /** Milliseconds before the second try; doubles with each one after. */
  delay: number;
  /** Milliseconds that one pause never exceeds. */
  longest: number;
}

export const defaultRetryPolicy: RetryPolicy = { attempts: 6, delay: 200, longest: 5_000 };

/**
 * Tries again what failed as UNAVAILABLE, after a pause with full jitter (Exponential Backoff And
 * Jitter, AWS Architecture Blog, 2015). Anything else, and the last failure, is thrown as it is.
 */
export async function retry<T>(
  work: () => Promise<T>,
  {
    policy = defaultRetryPolicy,
    signal,
  }: { policy?: RetryPolicy; signal?: AbortSignal | undefined } = {},
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= policy.attempts || !isWherryError(error, 'UNAVAILABLE')) throw error;
      const bound = Math.min(policy.longest, policy.delay * 2 ** (attempt - 1));
      await sleep(Math.random() * bound, undefined, { signal }).catch(() => {
        throw interrupted();
      });
    }
  }
}
