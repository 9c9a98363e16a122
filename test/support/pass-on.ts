import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { listenOn } from './listen.ts';
import type { Cleanup } from './temp.ts';

/** Passes a request on as it is, the host's name too, and the answer back. */
export function passOn(incoming: IncomingMessage, response: ServerResponse, to: string): void {
  const { method, url, headers } = incoming;
  const passed = request(to + url, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 0, answer.headers);
    answer.pipe(response);
  });
  passed.on('error', () => response.destroy());
  incoming.pipe(passed);
}

/** Answers a request itself, and tells so; every other one is passed on. */
export type Meddle = (incoming: IncomingMessage, response: ServerResponse) => boolean;

/** A server of S3 that has something of its own: what stands before one that has not. @returns its URL */
export async function startMeddler(t: Cleanup, to: string, meddle: Meddle): Promise<string> {
  const server = createServer((incoming, response) => {
    if (meddle(incoming, response)) incoming.resume();
    else passOn(incoming, response, to);
  });
  return `http://127.0.0.1:${await listenOn(t, server)}`;
}
