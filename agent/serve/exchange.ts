import type { IncomingMessage, ServerResponse } from 'node:http';
import { isWherryError, messageOf, throwIfAborted } from '../../shared/error.ts';
import { formatBytes, formatSeconds } from '../../shared/report/format.ts';
import { type Answer, errorAnswer } from './answer.ts';
import type { RegistryRequest } from './context.ts';
import { Refusal } from './refusal.ts';
import { send } from './send.ts';

/** One request and its response, from beginning to end. */
export class Exchange {
  readonly request: RegistryRequest;
  /** Bytes of the body. */
  sent = 0;
  /** What the store did wrong, which whoever runs the registry should know. */
  trouble: string | undefined;
  readonly #line: string;
  readonly #response: ServerResponse;
  readonly #patience: number;
  readonly #started = performance.now();
  readonly #gone = new AbortController();

  constructor(
    { method = 'GET', url = '', headers }: IncomingMessage,
    response: ServerResponse,
    patience: number,
  ) {
    const parsed = URL.parse(url, 'http://registry');
    const [path, query] = [parsed?.pathname ?? '', parsed?.searchParams ?? new URLSearchParams()];
    this.request = { method, path, query, headers, signal: this.#gone.signal };
    this.#line = `${method} ${url}`;
    this.#response = response;
    this.#patience = patience;
    response.once('close', () => this.#gone.abort());
  }

  /** @throws INTERRUPTED when nobody waits for an answer any more */
  checkWanted(): void {
    throwIfAborted(this.#gone.signal);
  }

  /** @throws see {@link send} */
  async answer(answer: Answer): Promise<void> {
    const { method } = this.request;
    const count = (bytes: number) => {
      this.sent += bytes;
    };
    const options = { withBody: method !== 'HEAD', patience: this.#patience, count };
    await send(answer, this.#response, options);
  }

  /** Answers with an error; or, when part of an answer has gone out, sees that it is not taken for all. */
  async fail(error: unknown): Promise<void> {
    const isGone = this.#gone.signal.aborted || isWherryError(error, 'INTERRUPTED');
    if (!isGone && !(error instanceof Refusal)) this.trouble = messageOf(error);
    if (isGone || this.#response.headersSent) this.#response.destroy();
    else await this.answer(errorAnswer(error)).catch(() => this.#response.destroy());
  }

  /** On one line. */
  describe(): string {
    const { statusCode, writableFinished } = this.#response;
    const seconds = formatSeconds((performance.now() - this.#started) / 1000);
    const early = writableFinished ? '' : ', broken off';
    const trouble = this.trouble === undefined ? '' : `: ${this.trouble}`;
    return `${this.#line}: ${statusCode}, ${formatBytes(this.sent)} in ${seconds}${early}${trouble}`;
  }
}
