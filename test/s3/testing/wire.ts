import { connect } from 'node:net';
import { type RawRequest, sign } from './raw.ts';

/** What a client saw of one connection, down to how it ended. */
export interface Seen {
  head: string;
  body: Buffer;
  /** `open`: neither side had ended it when the time was up. */
  ending: 'end' | 'reset' | 'open';
  /** Milliseconds from the connection to the first byte, and to the end. */
  firstByte: number;
  total: number;
}

/** Sends one signed request on a connection of its own, and looks on for at most `patience` ms. */
export function watch(url: string, raw: RawRequest, patience = 300): Promise<Seen> {
  const { method, target, headers, body } = sign(url, raw);
  const { hostname, port } = new URL(url);
  const length = Buffer.byteLength(body);
  const lines = Object.entries({ ...headers, ...(length > 0 && { 'content-length': length }) });
  const text = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const started = performance.now();
    let firstByte = Number.NaN;
    const socket = connect({ host: hostname, port: Number(port) });
    const finish = (ending: Seen['ending']) => {
      clearTimeout(timer);
      socket.destroy();
      const all = Buffer.concat(chunks);
      const end = all.indexOf('\r\n\r\n');
      const head = all.toString('latin1', 0, Math.max(end, 0));
      const content = end < 0 ? Buffer.alloc(0) : all.subarray(end + 4);
      resolve({ head, body: content, ending, firstByte, total: performance.now() - started });
    };
    const timer = setTimeout(() => finish('open'), patience);
    socket.on('data', (chunk) => {
      if (chunks.length === 0) firstByte = performance.now() - started;
      chunks.push(chunk);
      if (isComplete(method, Buffer.concat(chunks))) finish('open');
    });
    socket.on('end', () => finish('end'));
    socket.on('error', () => finish('reset'));
    socket.write(`${method} ${target} HTTP/1.1\r\n${text}\r\n`);
    socket.write(body);
  });
}

function isComplete(method: string, answer: Buffer): boolean {
  const end = answer.indexOf('\r\n\r\n');
  const length = /\r\ncontent-length: (\d+)/i.exec(answer.toString('latin1', 0, end))?.[1];
  return end >= 0 && (method === 'HEAD' || answer.length - end - 4 >= Number(length ?? 0));
}
