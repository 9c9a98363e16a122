import type { IncomingMessage } from 'node:http';
import { type Readable, Transform } from 'node:stream';
import { interrupted } from '../error.ts';
import { engineFailure, engineReport } from './failure.ts';

/** Bytes at the end of an answer among which an engine's error is looked for. */
const tailSize = 8192;

/**
 * The archive in the answer to a save. It fails when the answer breaks off, when the signal fires,
 * and when it ends in an error: an engine that fails half-way appends a message to the archive
 * (moby, api/server/router/image, `getImagesGet`).
 */
export function savedArchive(
  answer: IncomingMessage,
  host: string,
  signal: AbortSignal | undefined,
): Readable {
  let tail = Buffer.alloc(0);
  const archive = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      tail = Buffer.concat([tail, chunk.subarray(-tailSize)]).subarray(-tailSize);
      done(null, chunk);
    },
    flush(done) {
      const message = appendedError(tail.toString('utf8'));
      done(message === undefined ? null : engineReport(message));
    },
  });
  const abort = () => archive.destroy(interrupted());
  signal?.addEventListener('abort', abort, { once: true });
  archive.once('close', () => {
    signal?.removeEventListener('abort', abort);
    answer.destroy();
  });
  answer.once('error', (error) => archive.destroy(engineFailure(error, host)));
  if (signal?.aborted) abort();
  return answer.pipe(archive);
}

function appendedError(tail: string): string | undefined {
  const start = tail.lastIndexOf('{"errorDetail":');
  if (start < 0) return undefined;
  try {
    return (JSON.parse(tail.slice(start)) as { errorDetail: { message?: string } }).errorDetail
      .message;
  } catch {
    return undefined;
  }
}
