import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';

const header = 12;

/** Of RFC 1035, 3.2.2 and 3.2.4; AAAA is of RFC 3596. */
const types = { A: 1, AAAA: 28 };
const internet = 1;

/** Flags of RFC 1035, 4.1.1: an answer by who knows, to a question that wanted recursion. */
const answered = 0x8580;
const noSuchName = 3;

/**
 * Tells the address of one name, and that there is no other (RFC 1035).
 *
 * @param asked is called for every question with its name
 */
export async function startResolver(
  address: string,
  known: { name: string; address: string },
  asked: (name: string) => void,
): Promise<Socket> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  socket.on('message', (query, { address: from, port }) => {
    const { name, type, end } = readQuestion(query);
    asked(name);
    const has = type === (isIPv6(known.address) ? types.AAAA : types.A);
    const found = name === known.name && has ? [bytesOf(known.address)] : [];
    const head = Buffer.from(query.subarray(0, header));
    head.writeUInt16BE(answered | (name === known.name ? 0 : noSuchName), 2);
    head.writeUInt16BE(found.length, 6);
    head.fill(0, 8);
    const answers = found.map((bytes) => record(type, bytes));
    socket.send(Buffer.concat([head, query.subarray(header, end), ...answers]), port, from);
  });
  socket.bind(53, address);
  await once(socket, 'listening');
  return socket;
}

/** The first, which is the only one that resolvers send. */
function readQuestion(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = header;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), type: query.readUInt16BE(at + 1), end: at + 5 };
}

/** For the name of the question, good for a minute. */
function record(type: number, bytes: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc000 | header, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(internet, 4);
  head.writeUInt32BE(60, 6);
  head.writeUInt16BE(bytes.length, 10);
  return Buffer.concat([head, bytes]);
}

function bytesOf(address: string): Buffer {
  if (!isIPv6(address)) return Buffer.from(address.split('.').map(Number));
  const [front = '', back = ''] = address.split('::').map(groupsOf);
  return Buffer.from(front + back.padStart(32 - front.length, '0'), 'hex');
}

function groupsOf(text: string): string {
  const groups = text === '' ? [] : text.split(':');
  return groups.map((group) => group.padStart(4, '0')).join('');
}
