import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WherryError } from '../../shared/error.ts';
import type { Report } from '../../shared/events.ts';
import { limited } from '../../shared/limit.ts';
import type { Store } from '../../shared/store/store.ts';
import { Window } from '../../shared/transfer/window.ts';
import { Documents } from './documents.ts';
import { Exchange } from './exchange.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { formatListenAddress, type ListenAddress } from './listen-address.ts';
import { respond } from './respond.ts';
import { type Route, routeOf } from './route.ts';

export interface Registry {
  /** Where it listens: `127.0.0.1:5000`. */
  address: string;
  /** So far. */
  served: { requests: number; bytes: number };
  /** Has the bytes of layers that are in memory now. */
  window: Window;
  /** Ends it; responses under way have a little time left. */
  close(): Promise<void>;
}

export interface RegistryOptions {
  listen: ListenAddress;
  store: Store;
  report: Report;
  limits?: Partial<Limits>;
}

/** Starts a read-only registry over a store. @throws WherryError when the address is not to be had */
export async function startRegistry(options: RegistryOptions): Promise<Registry> {
  const { listen, store, report } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const window = new Window(limits.window);
  const served = { requests: 0, bytes: 0 };
  const context = { store, documents: new Documents(store), window, limits };

  const perform = async (exchange: Exchange, route: Route) => {
    exchange.checkWanted();
    await exchange.answer(await respond(route, exchange.request, context));
  };
  const sendBlob = limited(limits.blobsAtOnce, perform);
  const sendOther = limited(limits.othersAtOnce, perform);

  async function handle(exchange: Exchange): Promise<void> {
    try {
      const route = routeOf(exchange.request);
      const isLong = route.kind === 'blob' && exchange.request.method === 'GET';
      await (isLong ? sendBlob : sendOther)(exchange, route);
    } catch (error) {
      await exchange.fail(error);
    }
    served.requests++;
    served.bytes += exchange.sent;
    report({ type: exchange.trouble ? 'notice' : 'debug', text: exchange.describe() });
  }

  const underWay = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const handled = handle(new Exchange(request, response, limits.patience));
    underWay.add(handled);
    handled.finally(() => underWay.delete(handled));
    // One that is kept alive would outlast the server.
    response.once('close', () => server.listening || server.closeIdleConnections());
  });
  server.maxConnections = limits.connections;
  const port = await startListening(server, listen);
  return {
    address: formatListenAddress({ ...listen, port }),
    served,
    window,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      const overdue = setTimeout(() => server.closeAllConnections(), limits.grace);
      await closed;
      clearTimeout(overdue);
      await Promise.all(underWay);
    },
  };
}

/** @returns the port */
function startListening(server: Server, { host, port }: ListenAddress): Promise<number> {
  return new Promise((resolve, reject) => {
    // Later ones are about single connections, which are refused then.
    server.on('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      const where = formatListenAddress({ host, port });
      const why = taken ? 'something else does already' : (error.code ?? error.message);
      const denied = error.code === 'EACCES';
      reject(
        new WherryError(
          denied ? 'ACCESS_DENIED' : 'FAILED',
          `Could not listen at ${where}: ${why}.`,
          {
            side: 'local',
            hint: 'Pass another port: --listen 127.0.0.1:PORT.',
            cause: error,
          },
        ),
      );
    });
    server.listen({ host, port }, () => resolve((server.address() as AddressInfo).port));
  });
}
