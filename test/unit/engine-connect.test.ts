import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { openDockerEngine } from '../../shared/engine/docker.ts';
import { fakeEngine, fakeVersion } from '../engines/fake-engine.ts';

/** A user who may not enter what mkdtemp makes, which is for its owner alone. */
const nobody = 65534;
const folder = await mkdtemp(join(tmpdir(), 'wherry-engine-connect-'));
after(() => rm(folder, { recursive: true }));

const infoOf = async (host: string, env: Record<string, string> = {}) =>
  (await openDockerEngine({ env, host, home: folder })).info();
const listen = async (server: ReturnType<typeof createHttpServer>) => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => server.close().closeAllConnections());
  return (server.address() as AddressInfo).port;
};
const answerVersion = (_: unknown, response: { end(text: string): void }) =>
  response.end(JSON.stringify(fakeVersion));

test('a socket that is missing, and one that nobody listens at, is no engine', async () => {
  await writeFile(join(folder, 'stale.sock'), '');
  for (const [name, hint] of [
    ['missing.sock', 'Install it or start it, or set DOCKER_HOST.'],
    ['stale.sock', 'Start it, or set DOCKER_HOST.'],
  ]) {
    await assert.rejects(infoOf(`unix://${folder}/${name}`), {
      code: 'NO_ENGINE',
      side: 'engine',
      message: `No Docker engine answers at unix://${folder}/${name}.`,
      hint,
    });
  }
});

test('a socket that may not be used asks for the group', async (t) => {
  await using fake = await fakeEngine(() => {});
  if (process.getuid?.() !== 0) return t.skip('only root can try it as another user');
  process.seteuid?.(nobody);
  try {
    await assert.rejects(infoOf(fake.host), { code: 'NO_ENGINE', hint: /group "docker"/ });
  } finally {
    process.seteuid?.(0);
  }
});

test("the process's own environment does not come between", async (t) => {
  await using fake = await fakeEngine((_, response) => response.end('{}'));
  const set = { DOCKER_HOST: 'tcp://192.0.2.1:2376', DOCKER_CLIENT_TIMEOUT: '1' };
  const before = { ...process.env };
  Object.assign(process.env, set);
  t.after(() => {
    process.env = before;
  });
  assert.equal((await infoOf(fake.host)).version, '28.5.2');
});

test('an engine that says nothing at all is not waited for longer than its patience', async (t) => {
  const wait = AbortSignal.timeout;
  t.mock.method(AbortSignal, 'timeout', (milliseconds: number) => wait(milliseconds / 1000));
  const port = await listen(createHttpServer(() => {}));
  await assert.rejects(infoOf(`tcp://127.0.0.1:${port}`), {
    code: 'NO_ENGINE',
    message: `Nothing answers at tcp://127.0.0.1:${port}.`,
  });
});

test('an engine that is too old or too new is said to be so', async () => {
  const old = { ...fakeVersion, ApiVersion: '1.40' };
  await using older = await fakeEngine(
    () => {},
    () => old,
  );
  await assert.rejects(older.engine.info(), {
    code: 'NO_ENGINE',
    message: /too old.*1\.40.*1\.41/,
  });
  const next = { ...fakeVersion, ApiVersion: '2.1', MinAPIVersion: '2.0' };
  await using newer = await fakeEngine(
    () => {},
    () => next,
  );
  await assert.rejects(newer.engine.info(), { code: 'NO_ENGINE', message: /too new.*2\.0/ });
});

test('the version agreed on is the newest that both know', async () => {
  let offered = '1.41';
  const paths: (string | undefined)[] = [];
  await using fake = await fakeEngine(
    ({ url }, response) => {
      paths.push(url?.split('/images')[0]);
      response.writeHead(500).end('{"message":"replaced"}');
    },
    () => ({ ...fakeVersion, ApiVersion: offered }),
  );
  await assert.rejects(fake.engine.inspect('a:1'));
  offered = '1.99';
  await assert.rejects(fake.engine.inspect('a:1'));
  assert.deepEqual(paths, ['/v1.41', '/v1.51']);
});

test('an engine that is back after it was gone is asked again', async () => {
  let version: unknown = null;
  await using fake = await fakeEngine(
    (_, response) => response.end('{}'),
    () => version,
  );
  await assert.rejects(fake.engine.info(), { code: 'NO_ENGINE' });
  version = fakeVersion;
  assert.equal((await fake.engine.info()).version, '28.5.2');
});

test('what is no engine at all is not taken for one', async () => {
  for (const answer of ['<html>', '{}', 'null']) {
    const port = await listen(createHttpServer((_, response) => response.end(answer)));
    await assert.rejects(infoOf(`tcp://127.0.0.1:${port}`), { code: 'NO_ENGINE' });
  }
  const port = await listen(createHttpServer((_, response) => response.writeHead(404).end()));
  await assert.rejects(infoOf(`tcp://127.0.0.1:${port}`), { code: 'NO_ENGINE' });
});

test('an engine is reached over TCP', async () => {
  const port = await listen(createHttpServer(answerVersion));
  assert.equal((await infoOf(`tcp://127.0.0.1:${port}`)).version, '28.5.2');
});

test('an engine is reached over TLS with the certificates given, and only with them', async () => {
  const cert = join(folder, 'cert.pem');
  const key = join(folder, 'key.pem');
  const subject = ['-subj', '/CN=engine', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const kind = ['-newkey', 'rsa:2048', '-noenc', '-keyout', key, '-out', cert, '-days', '2'];
  await promisify(execFile)('openssl', ['req', '-x509', ...kind, ...subject]);
  const pem = { cert: await readFile(cert), key: await readFile(key) };
  const options = { ...pem, ca: pem.cert, requestCert: true, rejectUnauthorized: true };
  const port = await listen(createHttpsServer(options, answerVersion));
  const host = `tcp://127.0.0.1:${port}`;

  const untrusted = { code: 'NO_ENGINE', hint: /DOCKER_CERT_PATH/ };
  const env = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder };
  await assert.rejects(infoOf(host, { DOCKER_TLS: '1', DOCKER_CERT_PATH: '/none' }), untrusted);
  await assert.rejects(infoOf(host, env), untrusted);
  assert.equal(
    (await infoOf(host, { ...env, DOCKER_TLS: '1', DOCKER_TLS_VERIFY: '' })).version,
    '28.5.2',
  );
  await writeFile(join(folder, 'ca.pem'), pem.cert);
  assert.equal((await infoOf(host, env)).version, '28.5.2');
});
