import type { Readable } from 'node:stream';
import { WherryError } from '../../error.ts';

/** Milliseconds without a byte after which a body counts as stalled; no timeout of the SDK covers it. */
const stalledAfter = 15_000;

/**
 * The whole body of a GET, which must have `size` bytes.
 *
 * @throws WherryError UNAVAILABLE when it stalls, breaks off or is cut short
 */
export async function readBody(body: Readable, size: number, key: string): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(size);
  let done = 0;
  const broken = (why: string, cause?: unknown) =>
    new WherryError('UNAVAILABLE', `The body of ${key} ${why} after ${done} of ${size} bytes.`, {
      side: 'store',
      hint: 'Check the network, then try again.',
      cause,
    });
  const timer = setTimeout(() => body.destroy(broken('stalled')), stalledAfter);
  try {
    for await (const piece of body as AsyncIterable<Buffer>) {
      timer.refresh();
      if (done + piece.length > size) throw broken('is too long');
      piece.copy(bytes, done);
      done += piece.length;
    }
  } catch (error) {
    throw error instanceof WherryError ? error : broken('broke off', error);
  } finally {
    clearTimeout(timer);
    body.destroy();
  }
  if (done < size) throw broken('ended');
  return bytes;
}
