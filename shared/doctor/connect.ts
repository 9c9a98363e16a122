import { connect } from 'node:net';

/** How an attempt to connect ended: `open`, `silent` when nothing came back, or the system's code. */
export type Connected = 'open' | 'silent' | string;

export function tryConnect(host: string, port: number, milliseconds: number): Promise<Connected> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: milliseconds });
    const end = (how: Connected) => {
      socket.destroy();
      resolve(how);
    };
    socket
      .on('connect', () => end('open'))
      .on('timeout', () => end('silent'))
      .on('error', ({ code = 'FAILED' }: NodeJS.ErrnoException) =>
        end(code === 'ETIMEDOUT' ? 'silent' : code),
      );
  });
}
