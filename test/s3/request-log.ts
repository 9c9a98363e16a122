import type { S3Request } from './http/request.ts';

/** One request, from the moment its head was read. The fields fill in as it goes on. */
export interface LoggedRequest {
  readonly id: string;
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: Record<string, string>;
  /** The client's address and port: the same for all requests of a connection. */
  readonly remote: string;
  /** Milliseconds since the epoch, by the server's clock. */
  readonly time: number;
  /** S3's name for it; empty when it is no operation of this server. */
  operation: string;
  /** 0 until there is an answer, and for ever when there is none. */
  status: number;
  /** The S3 error code; empty for a success. */
  code: string;
  /** Bytes of the bodies; the framing of aws-chunked is not counted. */
  bytesIn: number;
  bytesOut: number;
  /** Milliseconds from the head of the request to the end; undefined while it is under way. */
  duration: number | undefined;
}

/** The entry of a request whose head was just read. */
export function logEntry(request: S3Request, operation: string, time: number): LoggedRequest {
  const { id, method, bucket, key, query, remote } = request;
  return {
    id,
    method,
    bucket,
    key,
    query: Object.fromEntries(query),
    remote,
    time,
    operation,
    status: 0,
    code: '',
    bytesIn: 0,
    bytesOut: 0,
    duration: undefined,
  };
}

/** The fields that a request must have, or a test that it must pass. */
export type RequestFilter = Partial<LoggedRequest> | ((request: LoggedRequest) => boolean);

const MAX_ENTRIES = 100_000;

/** What the server was asked. It keeps the newest 100,000 requests. */
export class RequestLog implements Iterable<LoggedRequest> {
  #entries: LoggedRequest[] = [];
  #forgotten = 0;
  readonly #awaited = new Set<(request: LoggedRequest) => void>();

  add(request: LoggedRequest): void {
    this.#entries.push(request);
    for (const see of this.#awaited) see(request);
    if (this.#entries.length > MAX_ENTRIES) {
      // A tenth at once, for dropping one at a time would move all others each time.
      this.#forgotten += this.#entries.splice(0, MAX_ENTRIES / 10).length;
    }
  }

  [Symbol.iterator](): Iterator<LoggedRequest> {
    return this.#entries.values();
  }

  /** In the order of their arrival. Throws Error when some have been forgotten. */
  select(filter: RequestFilter = {}): LoggedRequest[] {
    if (this.#forgotten > 0) {
      throw new Error(`the request log has forgotten ${this.#forgotten} requests: reset it sooner`);
    }
    return this.#entries.filter((request) => fits(filter, request));
  }

  count(filter?: RequestFilter): number {
    return this.select(filter).length;
  }

  /** The next request that fits, once its head has been read. */
  next(filter: RequestFilter): Promise<LoggedRequest> {
    const { promise, resolve } = Promise.withResolvers<LoggedRequest>();
    const see = (request: LoggedRequest) => {
      if (!fits(filter, request)) return;
      this.#awaited.delete(see);
      resolve(request);
    };
    this.#awaited.add(see);
    return promise;
  }

  /** Bytes of request bodies. */
  bytesIn(filter?: RequestFilter): number {
    return this.select(filter).reduce((sum, { bytesIn }) => sum + bytesIn, 0);
  }

  /** Bytes of response bodies. */
  bytesOut(filter?: RequestFilter): number {
    return this.select(filter).reduce((sum, { bytesOut }) => sum + bytesOut, 0);
  }

  /** Forgets everything; a request under way is not counted any more. */
  reset(): void {
    this.#entries = [];
    this.#forgotten = 0;
  }
}

function fits(filter: RequestFilter, request: LoggedRequest): boolean {
  if (typeof filter === 'function') return filter(request);
  return Object.entries(filter).every(
    ([name, value]) => request[name as keyof LoggedRequest] === value,
  );
}
