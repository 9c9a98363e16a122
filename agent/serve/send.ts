import type { ServerResponse } from 'node:http';
import { interrupted } from '../../shared/error.ts';
import type { Answer } from './answer.ts';
import { pieceSize } from './limits.ts';

/** Of every response, so that old clients know the API (spec.md, "Determining Support"). */
const version = { 'docker-distribution-api-version': 'registry/2.0' };

export interface SendOptions {
  withBody: boolean;
  /** Milliseconds in which the client has to take a piece. */
  patience: number;
  /** Is told of the body's bytes as they go. */
  count: (bytes: number) => void;
}

/**
 * Sends an answer, no faster than the client takes it.
 *
 * @throws whatever the body throws: before anything is sent, when it throws at its start; INTERRUPTED
 *   when the client goes, or takes nothing for `patience` milliseconds
 */
export async function send(
  { status, headers, body }: Answer,
  response: ServerResponse,
  { withBody, patience, count }: SendOptions,
): Promise<void> {
  const pieces = withBody && body ? piecesOf(body) : undefined;
  try {
    let next = await pieces?.next();
    response.writeHead(status, { ...version, ...headers });
    for (; next && !next.done; next = await pieces?.next()) {
      await write(response, next.value, patience);
      count(next.value.length);
    }
    await end(response, patience);
  } finally {
    await pieces?.return();
  }
}

async function* piecesOf(
  body: NonNullable<Answer['body']>,
): AsyncGenerator<Buffer, void, undefined> {
  for await (const piece of Buffer.isBuffer(body) ? [body] : body()) {
    for (let at = 0; at < piece.length; at += pieceSize) yield piece.subarray(at, at + pieceSize);
  }
}

function write(response: ServerResponse, piece: Buffer, patience: number): Promise<void> {
  return taken(response, patience, (done) => response.write(piece, done));
}

function end(response: ServerResponse, patience: number): Promise<void> {
  return taken(response, patience, (done) => response.end(done));
}

/** Resolves once the kernel has what `work` hands over; the memory is free again then. */
function taken(
  response: ServerResponse,
  patience: number,
  work: (done: (error?: Error | null) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const gone = () => settle(interrupted());
    const overdue = setTimeout(() => response.destroy(), patience);
    const settle = (error?: Error | null) => {
      clearTimeout(overdue);
      response.off('close', gone);
      if (error) reject(interrupted());
      else resolve();
    };
    if (response.destroyed) return gone();
    response.once('close', gone);
    work(settle);
  });
}
