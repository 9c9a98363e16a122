import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIPv6, type Socket } from 'node:net';
import type { Arrival } from '../auth/arrival.ts';
import { writeErrorXml } from '../xml/write.ts';
import { ConnectionFault } from './connection-fault.ts';
import { CONTROL_PREFIX, handleControl } from './control.ts';
import { handleExchange } from './exchange.ts';
import type { Service } from './service.ts';
import { Throttle } from './throttle.ts';

/** The HTTP side of the server: its connections, and how they end. */
export class Listener {
  readonly #service: Service;
  readonly #arrival: Arrival;
  readonly #server: Server;
  readonly #throttles = new WeakMap<Socket, Throttle>();
  readonly #underWay = new Set<Promise<void>>();

  /** What comes in here is taken to have come as `arrival` says. */
  constructor(service: Service, arrival: Arrival) {
    this.#service = service;
    this.#arrival = arrival;
    // A large upload takes longer than any of node's limits; a test server has no use for them.
    this.#server = createServer({ requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 });
    const handle = (incoming: IncomingMessage, response: ServerResponse) => {
      const exchange = this.#exchange(incoming, response).finally(() =>
        this.#underWay.delete(exchange),
      );
      this.#underWay.add(exchange);
    };
    this.#server.on('request', handle);
    // Also with a body that the client holds back: the exchange asks for it when it wants it.
    this.#server.on('checkContinue', handle);
  }

  /** Resolves with the port. */
  async listen(port: number, host: string): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  /** Listens on, and keeps no process alive, be it by connections: whoever awaits an answer does. */
  unref(): void {
    this.#server.unref();
    this.#server.on('connection', (socket) => socket.unref());
  }

  /** Ends all connections, whatever they are doing, and resolves when nothing is under way. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
    await Promise.all(this.#underWay);
  }

  async #exchange(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = incoming;
    const abort = new AbortController();
    response.once('close', () => abort.abort());
    response.sendDate = false;
    const throttle = this.#throttles.get(socket) ?? new Throttle();
    this.#throttles.set(socket, throttle);
    const arrival = this.#arrival;
    const connection = { incoming, response, throttle, arrival, signal: abort.signal };
    try {
      if (incoming.url?.startsWith(CONTROL_PREFIX)) {
        await handleControl(this.#service, incoming, response);
      } else {
        await handleExchange(this.#service, connection);
      }
    } catch (error) {
      if (error instanceof ConnectionFault) endConnection(socket, error);
      else if (!abort.signal.aborted && !incoming.errored) answerFailure(response, error);
    }
  }
}

export function urlOf(host: string, port: number): string {
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

function endConnection(socket: Socket, { ending }: ConnectionFault): void {
  if (ending === 'reset') socket.resetAndDestroy();
  else socket.end();
}

/** A failure of the server itself shows what failed, for whoever reads the test's output. */
function answerFailure(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const document = writeErrorXml([
    ['Code', 'InternalError'],
    ['Message', `the test S3 server failed: ${message}`],
  ]);
  response.writeHead(500, { 'content-type': 'application/xml' }).end(document);
}
