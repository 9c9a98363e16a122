import type { IncomingHttpHeaders } from 'node:http';
import type { Store } from '../../shared/store/store.ts';
import type { Window } from '../../shared/transfer/window.ts';
import type { Documents } from './documents.ts';
import type { Limits } from './limits.ts';

/** What all requests share. */
export interface RegistryContext {
  store: Store;
  documents: Documents;
  window: Window;
  limits: Limits;
}

/** What an endpoint needs to know of a request. */
export interface RegistryRequest {
  method: string;
  /** Encoded, as in the URL. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** Fires when the client is gone. */
  signal: AbortSignal;
}
