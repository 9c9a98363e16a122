import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { interrupted, WherryError } from '../error.ts';
import { engineFailure } from './failure.ts';
import { readLoadMessages } from './load-messages.ts';
import type { Send } from './request.ts';

export interface Load {
  archive: Readable;
  /** For messages. */
  host: string;
  send: Send;
  signal?: AbortSignal | undefined;
}

/**
 * `POST /images/load`. The archive travels chunked, and breaks off unfinished unless it was read to
 * its end, so that the engine never takes a part for the whole. It is always destroyed in the end.
 */
export async function loadArchive({ archive, host, send, signal }: Load): Promise<string[]> {
  const over = new AbortController();
  const either = AbortSignal.any(signal ? [signal, over.signal] : [over.signal]);
  const body = new PassThrough();
  const fed = pipeline(archive, body, { signal: either });
  fed.catch(() => over.abort());
  try {
    const query = { quiet: '1' };
    const request = { method: 'POST', path: '/images/load', query, body, signal: either } as const;
    const loaded = await readLoadMessages(await send(request));
    // Engines from 26 on stop at the end blocks of the tar; what comes after may yet fail.
    body.unpipe().resume();
    await fed;
    return loaded;
  } catch (error) {
    throw signal?.aborted ? interrupted() : (archiveFailure(archive) ?? engineFailure(error, host));
  } finally {
    over.abort();
  }
}

/** Why the archive itself did not come to its end; undefined when that wasn't its fault. */
function archiveFailure(archive: Readable): Error | undefined {
  if (archive.errored) return archive.errored;
  if (!archive.destroyed || archive.readableEnded) return undefined;
  return new WherryError('FAILED', 'The archive broke off before its end.', { side: 'local' });
}
