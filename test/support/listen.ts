import type { AddressInfo, Server } from 'node:net';
import type { Cleanup } from './temp.ts';

/** Starts a server for as long as the test runs. @returns its port */
export async function listenOn(
  t: Cleanup,
  server: Server & { closeAllConnections?(): void },
  host = '127.0.0.1',
  port = 0,
): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  t.after(() => {
    server.closeAllConnections?.();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
