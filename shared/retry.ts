import { setTimeout as sleep } from 'node:timers/promises';
import { interrupted, isPassing, type WherryError } from './error.ts';

export interface RetryPolicy {
  /** Milliseconds from the first failure in which another try may begin; none is ever cut short. */
  budget: number;
  /** Milliseconds before the second try at most; doubles with each one after. */
  delay: number;
  /** Milliseconds that one pause never exceeds, unless the server asks for more. */
  longest: number;
}

export const defaultRetryPolicy: RetryPolicy = { budget: 30_000, delay: 200, longest: 5_000 };

/** A try that failed, and will be followed by another. Times are in milliseconds. */
export interface FailedTry {
  error: WherryError;
  /** From 1. */
  number: number;
  /** Since the first try began. */
  elapsed: number;
  /** Until the next one. */
  pause: number;
  /** Until the last one may begin. */
  left: number;
}

export interface RetryOptions {
  policy?: RetryPolicy | undefined;
  signal?: AbortSignal | undefined;
  onRetry?: ((failed: FailedTry) => void) | undefined;
}

/**
 * Tries again what failed as UNAVAILABLE or SLOW_DOWN, after a pause with full jitter (Exponential
 * Backoff And Jitter, AWS Architecture Blog, 2015), or the longer one that the error asks for. The
 * last try begins when the budget ends. Anything else, and the last failure, is thrown as it is.
 */
export async function retry<T>(
  work: () => Promise<T>,
  { policy = defaultRetryPolicy, signal, onRetry }: RetryOptions = {},
): Promise<T> {
  const began = performance.now();
  let end: number | undefined;
  for (let number = 1; ; number++) {
    try {
      return await work();
    } catch (error) {
      const now = performance.now();
      end ??= now + policy.budget;
      if (now >= end || !isPassing(error)) throw error;
      const bound = Math.min(policy.longest, policy.delay * 2 ** (number - 1));
      const left = end - now;
      const pause = Math.min(left, Math.max(Math.random() * bound, error.retryAfter ?? 0));
      onRetry?.({ error, number, elapsed: now - began, pause, left });
      await sleep(pause, undefined, { signal }).catch(() => {
        throw interrupted();
      });
    }
  }
}
