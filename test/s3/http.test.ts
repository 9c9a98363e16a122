import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { BUCKET, sdkClient, startServer } from './testing/harness.ts';
import { outcome, send, sign } from './testing/raw.ts';

const PATH = `/${BUCKET}/a`;

/** Sends a head, and the body only if the server asks for it. */
async function expectContinue(url: string, body: string, secretAccessKey?: string) {
  const headers = { 'content-length': `${body.length}`, expect: '100-continue' };
  const credential =
    secretAccessKey === undefined
      ? {}
      : { credential: { accessKeyId: 'AKIAWHERRY', secretAccessKey } };
  const signed = sign(url, { method: 'PUT', path: PATH, body, headers, ...credential });
  const { hostname, port } = new URL(url);
  const lines = Object.entries(signed.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const socket = connect(Number(port), hostname);
  socket.write(`PUT ${PATH} HTTP/1.1\r\n${lines.join('')}\r\n`);
  let seen = '';
  for await (const chunk of socket) {
    seen += chunk;
    if (/^HTTP\/1.1 100 Continue\r\n\r\n$/.test(seen)) socket.write(body);
    else if (/HTTP\/1.1 [^1].*\r\n\r\n/s.test(seen)) break;
  }
  return seen;
}

test('Expect: 100-continue is granted to a good request, and refused with the answer to a bad one', async (t) => {
  const { url } = await startServer(t);
  assert.match(await expectContinue(url, 'hello'), /^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200/);
  const refused = await expectContinue(url, 'hello', 'wrong');
  assert.match(refused, /^HTTP\/1.1 403/);
  assert.match(refused, /connection: close/i);
});

test('a connection is used again, also after an error in the middle of a body', async (t) => {
  const server = await startServer(t);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  const { hostname, port } = new URL(server.url);
  const put = (raw: Parameters<typeof sign>[1]) =>
    new Promise<number>((resolve, reject) => {
      const { method, target, headers, body } = sign(server.url, raw);
      const outgoing = request(
        { hostname, port, method, path: target, headers, agent },
        (incoming) => {
          incoming.resume().on('end', () => resolve(incoming.statusCode ?? 0));
        },
      );
      outgoing.on('error', reject).end(body);
    });
  const body = Buffer.alloc(3_000_000);
  const credential = { accessKeyId: 'AKIAWHERRY', secretAccessKey: 'wrong' };
  const chunked = {
    payloadHash: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    headers: { 'x-amz-decoded-content-length': '9' },
  };
  assert.equal(await put({ method: 'PUT', path: PATH, body }), 200);
  assert.equal(await put({ method: 'PUT', path: PATH, body, credential }), 403);
  assert.equal(await put({ method: 'PUT', path: PATH, body, ...chunked }), 400);
  assert.equal(await put({ path: PATH }), 200);
  assert.equal(new Set([...server.requests].map(({ remote }) => remote)).size, 1);
});

test('a body needs a length, and no more than 5 GiB', async (t) => {
  const { url } = await startServer(t);
  const headers = (extra: Record<string, string>) => ({
    headers: extra,
    method: 'PUT',
    path: PATH,
  });
  const chunked = headers({ 'transfer-encoding': 'chunked' });
  assert.equal(await outcome(url, { ...chunked, body: 'x' }), '501 NotImplemented');
  const huge = headers({ 'content-length': `${5 * 1024 ** 3 + 1}`, expect: '100-continue' });
  assert.equal(
    await outcome(url, { ...huge, payloadHash: 'UNSIGNED-PAYLOAD' }),
    '400 EntityTooLarge',
  );
});

test('virtual-host addresses', async (t) => {
  const server = await startServer(t);
  const headers = { host: `${BUCKET}.localhost:${server.port}` };
  assert.equal(
    await outcome(server.url, { method: 'PUT', path: '/a/b', headers, body: 'x' }),
    '200',
  );
  assert.equal((await send(server.url, sign(server.url, { path: `/${BUCKET}/a/b` }))).body, 'x');
  const amazon = { host: `${BUCKET}.s3.us-east-1.amazonaws.com` };
  assert.equal(
    (await send(server.url, sign(server.url, { path: '/a/b', headers: amazon }))).body,
    'x',
  );
});

test('IPv6', async (t) => {
  const server = await startServer(t, { host: '::1' });
  assert.match(server.url, /^http:\/\/\[::1\]:\d+$/);
  const s3 = sdkClient(t, server);
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'a', Body: 'x' }));
  assert.equal(server.requests.count({ status: 200 }), 1);
});

test('the log counts requests and bytes', async (t) => {
  const server = await startServer(t);
  const { requests, url } = server;
  await outcome(url, { method: 'PUT', path: PATH, body: 'x'.repeat(1000) });
  await outcome(url, { path: PATH });
  await outcome(url, { path: PATH, headers: { range: 'bytes=0-9' } });
  await outcome(url, { path: `/${BUCKET}/none`, query: { 'x-id': 'GetObject' } });
  assert.equal(requests.count(), 4);
  assert.equal(requests.count({ operation: 'GetObject' }), 3);
  assert.equal(requests.count({ status: 206 }), 1);
  assert.equal(
    requests.count(({ key }) => key === 'none'),
    1,
  );
  assert.equal(requests.bytesIn(), 1000);
  assert.equal(requests.bytesOut({ operation: 'GetObject', key: 'a' }), 1010);
  const [missing] = requests.select({ key: 'none' });
  assert.equal(missing?.code, 'NoSuchKey');
  assert.deepEqual(missing?.query, { 'x-id': 'GetObject' });
  assert.ok((missing?.duration ?? -1) >= 0);
  requests.reset();
  assert.equal(requests.count(), 0);
});

test('another process can read the log and set the faults', async (t) => {
  const server = await startServer(t);
  await outcome(server.url, { method: 'PUT', path: PATH, body: 'hello' });
  const control = async (
    method: string,
    what: string,
    body?: string,
  ): Promise<{ status: number; count?: number; bytesIn?: number }> => {
    const answer = await fetch(`${server.url}/_wherry/${what}`, { method, ...(body && { body }) });
    return { status: answer.status, ...((await answer.json()) as object) };
  };
  const log = await control('GET', 'requests');
  assert.deepEqual([log.count, log.bytesIn], [1, 5]);
  await control('DELETE', 'requests');
  assert.equal(server.requests.count(), 0);
  const rules = [
    { match: { key: { pattern: '^a$' } }, action: { type: 'error', code: 'SlowDown' } },
  ];
  assert.equal((await control('PUT', 'faults', JSON.stringify(rules))).status, 200);
  assert.equal(await outcome(server.url, { path: PATH }), '503 SlowDown');
  assert.equal(await outcome(server.url, { path: `${PATH}b` }), '404 NoSuchKey');
  assert.equal((await control('PUT', 'faults', '[{"action":{}}]')).status, 400);
  assert.equal((await control('GET', 'nothing')).status, 404);
});
