import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { listenOn } from './listen.ts';
import { passOn } from './pass-on.ts';
import { type Cleanup, tempFolder } from './temp.ts';

export interface TlsFront {
  port: number;
  /** The file with the certificate of the authority, which is nobody's but this test's. */
  authority: string;
}

/** HTTPS before a server of plain HTTP: what comes is passed on as it is, the host's name too. */
export async function startTlsFront(
  t: Cleanup,
  to: string,
  { names, host, port = 0 }: { names: string[]; host?: string; port?: number },
): Promise<TlsFront> {
  const folder = await tempFolder(t, 'tls');
  const [key, authority] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const alternatives = names.map((name) => `DNS:${name}`).join(',');
  const made = spawnSync('openssl', [
    ...'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1'.split(' '),
    ...['-subj', '/O=Inspection Ltd/CN=test', '-addext', `subjectAltName=${alternatives}`],
    ...['-keyout', key, '-out', authority],
  ]);
  assert.equal(made.status, 0, String(made.stderr));
  const server = createServer(
    { key: await readFile(key), cert: await readFile(authority) },
    (incoming, response) => passOn(incoming, response, to),
  );
  return { authority, port: await listenOn(t, server, host, port) };
}
