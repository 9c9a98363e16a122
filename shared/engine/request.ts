import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

/** A request of Docker's API. */
export interface EngineRequest {
  method: 'GET' | 'POST' | 'DELETE';
  /** Such as `/images/api:1/json`, without a query. */
  path: string;
  query?: Record<string, string> | undefined;
  /** When it fails, so does the request. */
  body?: Readable | undefined;
  signal?: AbortSignal | undefined;
}

/** Resolves with an answer of a status that means success; its body is still to be read. */
export type Send = (request: EngineRequest) => Promise<IncomingMessage>;
