import type { IncomingMessage, ServerResponse } from 'node:http';
import { ConnectionFault } from './connection-fault.ts';
import type { Throttle } from './throttle.ts';

export interface IncomingBodyOptions {
  throttle: Throttle;
  /** Bytes per second */
  rate: number;
  /** Bytes after which the connection is reset. */
  resetAfter: number | undefined;
  signal: AbortSignal;
}

/** The body of a request as it comes off the connection, read only as fast as it is used. */
export class IncomingBody implements AsyncIterable<Buffer> {
  readonly #response: ServerResponse;
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #options: IncomingBodyOptions;
  /** The client waits for a 100 Continue before it sends the body. */
  readonly #isAwaited: boolean;
  #isStarted = false;

  constructor(incoming: IncomingMessage, response: ServerResponse, options: IncomingBodyOptions) {
    this.#response = response;
    this.#chunks = incoming.iterator({ destroyOnReturn: false });
    this.#options = options;
    this.#isAwaited = incoming.headers.expect?.toLowerCase() === '100-continue';
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const { throttle, rate, resetAfter = Infinity, signal } = this.#options;
    if (this.#isAwaited) this.#response.writeContinue();
    this.#isStarted = true;
    let received = 0;
    for (let next = await this.#chunks.next(); !next.done; next = await this.#chunks.next()) {
      received += next.value.length;
      if (received >= resetAfter) throw new ConnectionFault('reset');
      await throttle.pass(next.value.length, rate, signal);
      yield next.value;
    }
  }

  /**
   * Throws away what is left, so that the client can finish sending and use the connection
   * again. node:http itself does so with a body that nobody began to read, and ends the
   * connection of a client that was not asked for its body.
   */
  async drain(): Promise<void> {
    while (this.#isStarted && !(await this.#chunks.next()).done);
  }
}
