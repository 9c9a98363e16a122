import type { Readable } from 'node:stream';
import { interrupted } from '../error.ts';

/**
 * Destroys a stream with INTERRUPTED when the signal fires or has fired.
 *
 * @returns what ends the watch
 */
export function destroyOnAbort(stream: Readable, signal: AbortSignal | undefined): () => void {
  const abort = () => stream.destroy(interrupted());
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);
  return () => signal?.removeEventListener('abort', abort);
}
