import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { digestOf } from '../../../shared/digest.ts';
import { ask } from '../../support/ask.ts';
import { bytesOf } from '../../support/image/bytes.ts';
import { run } from '../../support/program.ts';
import { startServe } from '../../support/serve.ts';
import { tempFolder } from '../../support/temp.ts';
import { pushImage, sampleImage } from './images.ts';

suite('wherry-agent serve', async () => {
  const store = join(await tempFolder({ after }), 'store');
  const image = await sampleImage();
  await pushImage(store, 'api:1', image);
  const layer = `/v2/api/blobs/${image.diffIds[0]}`;

  /** A response whose head has come and whose body waits to be read. */
  const begin = (url: string, agent?: Agent) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      get(`${url}${layer}`, { agent }, (response) => resolve(response.pause())).on('error', reject);
    });

  for (const [listen, expected] of [
    ['127.0.0.1:0', /^127\.0\.0\.1:\d+$/],
    ['127.1.2.3:0', /^127\.1\.2\.3:\d+$/],
    ['localhost:0', /^127\.0\.0\.1:\d+$/],
    ['[::1]:0', /^\[::1\]:\d+$/],
  ] as const) {
    const missing =
      listen.startsWith('[') && !hasLoopback6() && 'LEFT OUT: this machine has no ::1';
    test(`listens at ${listen}`, { skip: missing }, async (t) => {
      const { address, url } = await startServe(t, store, { listen });
      assert.match(address, expected);
      assert.equal((await ask(url, '/v2/')).status, 200);
    });
  }

  const elsewhere = [
    '0.0.0.0:5000',
    '[::]:5000',
    ':5000',
    '5000',
    '10.0.0.1:5000',
    'example.com:80',
  ];
  for (const listen of [...elsewhere, '127.0.0.1', '127.0.0.1:65536', '128.0.0.1:1', '[::2]:1']) {
    test(`does not listen at ${listen}: exit code 2`, async () => {
      const { code, stderr } = await run('wherry-agent', [
        ...['serve', '--store', store, '--listen', listen],
      ]);
      assert.equal(code, 2, stderr);
      assert.match(stderr, /is not a port of the loopback address/);
    });
  }

  test('a port that is taken: exit code 1, and which', async (t) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    t.after(() => taken.close());
    const { port } = taken.address() as { port: number };
    const listen = `127.0.0.1:${port}`;
    const result = await run('wherry-agent', ['serve', '--store', store, '--listen', listen]);
    assert.equal(result.code, 1);
    assert.match(result.stderr, new RegExp(`Could not listen at ${listen}: something else does`));
  });

  test('without a store: exit code 2', async () => {
    assert.equal((await run('wherry-agent', ['serve', '--listen', '127.0.0.1:0'])).code, 2);
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`${signal}: what is under way is finished, nothing new begun; exit code 0`, async (t) => {
      const { url, stop } = await startServe(t, store);
      const response = await begin(url);
      const stopped = stop(signal);
      await refusal(url);
      assert.equal(digestOf(await bytesOf(response)), image.diffIds[0]);
      const { code, json } = await stopped;
      assert.equal(code, 0);
      assert.equal(json().requests, 1);
      assert.equal(json().bytes.sent, image.layers[0]?.size);
    });
  }

  test('a connection that is kept alive does not keep it from ending', async (t) => {
    const { url, stop } = await startServe(t, store);
    const agent = new Agent({ keepAlive: true });
    t.after(() => agent.destroy());
    const response = await begin(url, agent);
    const started = Date.now();
    const stopped = stop();
    await refusal(url);
    await bytesOf(response);
    assert.equal((await stopped).code, 0);
    assert.ok(Date.now() - started < 4_000, 'it waited for the grace to be over');
  });

  test('who takes longer than the grace is cut off; exit code 0', async (t) => {
    const { url, stop } = await startServe(t, store);
    const response = await begin(url);
    assert.equal((await stop()).code, 0);
    await assert.rejects(bytesOf(response), { code: 'ECONNRESET' });
  });

  test('a client that goes away is told of, and harms nobody', async (t) => {
    const { url, said } = await startServe(t, store);
    (await begin(url)).destroy();
    const found = await ask(url, layer);
    assert.equal(digestOf(found.body), image.diffIds[0]);
    await said(new RegExp(`GET ${layer}: 200, .* broken off\n`));
  });
});

/** Resolves once nobody listens there any more. */
async function refusal(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  for (;;) {
    const socket = connect(Number(port), hostname);
    const [error] = await Promise.race([once(socket, 'connect'), once(socket, 'error')]).catch(
      (error) => [error],
    );
    socket.destroy();
    if (error) return;
  }
}

function hasLoopback6(): boolean {
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ address }) => address === '::1'),
  );
}
