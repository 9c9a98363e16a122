import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { firstBytes, flipBit } from '../faults/body.ts';
import type { FaultPlan } from '../faults/plan.ts';
import type { Answer, AnswerBody } from './answer.ts';
import { ConnectionFault } from './connection-fault.ts';
import { forever } from './forever.ts';
import type { Throttle } from './throttle.ts';

export interface SendOptions {
  plan: FaultPlan;
  throttle: Throttle;
  /** Bytes per second */
  rate: number;
  signal: AbortSignal;
  onBytes(count: number): void;
}

/** Milliseconds for the kernel to deliver what it was given, before a reset throws it away. */
const DELIVERY_TIME = 20;

/**
 * Sends an answer, or as much of it as the faults allow. Throws ConnectionFault where they
 * end the connection, and an abort when `signal` does.
 */
export async function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  options: SendOptions,
): Promise<void> {
  const { plan, signal } = options;
  const headers = { ...answer.headers };
  const body = answer.body && spoil(answer.body, plan);
  if (body && plan.cut?.ending === 'shorten') headers['content-length'] = `${body.size}`;
  response.writeHead(answer.status, headers);
  if (Buffer.isBuffer(body?.content) && options.rate === Infinity && !plan.cut) {
    options.onBytes(body.size);
    response.end(body.content);
    return;
  }
  if (body) await sendBody(response, body, options);
  if (body && plan.cut && plan.cut.ending !== 'shorten') {
    response.flushHeaders();
    await sleep(DELIVERY_TIME, undefined, { signal });
    if (plan.cut.ending === 'stall') await forever(signal);
    throw new ConnectionFault(plan.cut.ending === 'close' ? 'close' : 'reset');
  }
  response.end();
}

function spoil(body: AnswerBody, plan: FaultPlan): AnswerBody {
  let { size } = body;
  let content = body.content;
  for (const offset of plan.flippedBits) content = flipBit(chunksOf(content), offset);
  if (plan.cut) {
    size = Math.min(size, plan.cut.after);
    content = firstBytes(chunksOf(content), size);
  }
  return { size, content };
}

async function sendBody(
  response: ServerResponse,
  body: AnswerBody,
  { throttle, rate, signal, onBytes }: SendOptions,
): Promise<void> {
  for await (const chunk of chunksOf(body.content)) {
    for (const piece of piecesOf(chunk, rate)) {
      await throttle.pass(piece.length, rate, signal);
      signal.throwIfAborted();
      onBytes(piece.length);
      if (!response.write(piece)) await drained(response, signal);
    }
  }
}

/** At a limited rate in pieces small enough to flow evenly; else as it is. */
function piecesOf(chunk: Buffer, rate: number): Buffer[] {
  const size = rate === Infinity ? chunk.length : Math.max(1, Math.ceil(rate / 100));
  const pieces: Buffer[] = [];
  for (let at = 0; at < chunk.length; at += size) pieces.push(chunk.subarray(at, at + size));
  return pieces;
}

async function* chunksOf(content: AnswerBody['content']): AsyncGenerator<Buffer> {
  if (Buffer.isBuffer(content)) yield content;
  else yield* content;
}

function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    response.once('drain', () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    if (signal.aborted) stop();
  });
}
