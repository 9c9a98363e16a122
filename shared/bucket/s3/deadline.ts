/**
 * Milliseconds that one try of a request may take, however steadily bytes trickle: two minutes, and
 * a second for each 16 KiB to be moved. What a push or a pull has in flight at once, 16 MiB in
 * chunks of 512 KiB, gets through a line of 1 Mbit/s in that time.
 */
export function tryLimit(bytes: number): number {
  return 120_000 + (bytes / (16 * 1024)) * 1000;
}

/** What a try is given: a signal for the SDK, and a way to start its time anew. */
export interface Try {
  http: { abortSignal: AbortSignal };
  /** Allows so many milliseconds from now on. */
  allow(milliseconds: number): void;
}

/**
 * Runs one try within a time. It ends with its signal also where the SDK looks at none, such as while
 * it waits for a program that gives credentials.
 *
 * @throws Error TimeoutError, as the SDK's own timeouts, when it takes longer
 */
export async function withDeadline<T>(
  milliseconds: number,
  signal: AbortSignal | undefined,
  work: (attempt: Try) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  // Not AbortSignal.any: Node keeps such a signal, and all that listens to it, while its source lives.
  const attempt = new AbortController();
  const { signal: abortSignal } = attempt;
  const forward = () => attempt.abort(signal?.reason);
  let late = false;
  let limit = milliseconds;
  let timer: NodeJS.Timeout | undefined;
  const allow = (time: number) => {
    clearTimeout(timer);
    limit = time;
    timer = setTimeout(() => {
      late = true;
      attempt.abort();
    }, time);
  };
  allow(milliseconds);
  signal?.addEventListener('abort', forward, { once: true });
  const ended = new Promise<never>((_, reject) => {
    abortSignal.addEventListener('abort', () => reject(abortSignal.reason), { once: true });
  });
  try {
    return await Promise.race([work({ http: { abortSignal }, allow }), ended]);
  } catch (error) {
    if (!late || signal?.aborted) throw error;
    const message = `it took longer than ${Math.round(limit / 1000)} s`;
    throw Object.assign(new Error(message, { cause: error }), { name: 'TimeoutError' });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', forward);
  }
}
