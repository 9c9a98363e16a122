import { throwIfAborted } from '../error.ts';

export interface HedgeOptions {
  /** Milliseconds after which a second run is started beside the first. */
  patience: number;
  /** Asked when that time has come. */
  allowed: () => boolean;
  /** Ends both. */
  signal?: AbortSignal | undefined;
}

/**
 * Runs `work`, and once more beside it when it takes too long (Dean and Barroso, "The Tail at
 * Scale", 2013). The first to succeed wins, and the other is aborted. When all that were started
 * fail, the first failure is thrown.
 */
export async function hedge<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { patience, allowed, signal }: HedgeOptions,
): Promise<T> {
  throwIfAborted(signal);
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const running = new Set<AbortController>();
  let failure: { error: unknown } | undefined;

  const stop = () => {
    for (const run of running) run.abort();
  };
  const start = async () => {
    const run = new AbortController();
    running.add(run);
    try {
      const result = await work(run.signal);
      running.delete(run);
      resolve(result);
      stop();
    } catch (error) {
      running.delete(run);
      failure ??= { error };
      if (running.size === 0) reject(failure.error);
    }
  };
  const timer = setTimeout(() => {
    if (allowed()) void start();
  }, patience);
  signal?.addEventListener('abort', stop, { once: true });
  void start();
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}
