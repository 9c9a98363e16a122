import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Limits } from '../../../agent/serve/limits.ts';
import { startRegistry } from '../../../agent/serve/server.ts';
import { digestFromHex, digestOf } from '../../../shared/digest.ts';
import type { Store } from '../../../shared/store/store.ts';
import { ask } from '../../support/ask.ts';
import { openTestStore } from '../../support/store.ts';
import { type Cleanup, tempFolder } from '../../support/temp.ts';
import { pushImage, sampleImage } from './images.ts';

suite('the memory of a registry', async () => {
  const url = join(await tempFolder({ after }), 'store');
  const image = await sampleImage();
  await pushImage(url, 'api:1', image);
  const [layer] = image.diffIds;
  const path = `/v2/api/blobs/${layer}`;

  /** Bytes that the kernel may hold of one connection over loopback, with room to spare. */
  const inKernel = 12e6;

  const smaller = await sampleImage('linux/amd64', 8_000_000);
  const smallerPath = `/v2/api/blobs/${smaller.diffIds[0]}`;
  await pushImage(url, 'api:2', smaller);

  test('fifty slow clients at once share one window, and get all of their layer', async (t) => {
    const window = 24 * 1024 * 1024;
    const blobsAtOnce = 4;
    const fetched = { bytes: 0, used: [] as number[] };
    const registry = await start(t, url, { window, blobsAtOnce }, (store) => ({
      ...store,
      getChunk(chunk, options) {
        fetched.bytes += chunk.size;
        fetched.used.push(registry.window.used);
        return store.getChunk(chunk, options);
      },
    }));
    let [received, most] = [0, 0];
    const digests = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const hash = createHash('sha256');
        const response = await begin(`http://${registry.address}${smallerPath}`);
        for await (const piece of slowly(response)) {
          hash.update(piece);
          most = Math.max(most, fetched.bytes - received);
          received += piece.length;
        }
        return digestFromHex(hash.digest('hex'));
      }),
    );
    assert.deepEqual([...new Set(digests)], [smaller.diffIds[0]]);
    const peak = Math.max(...fetched.used);
    assert.ok(peak <= window && peak > window / 2, `the window had ${peak} bytes`);
    assert.equal(registry.window.used, 0);
    assert.ok(most < window + blobsAtOnce * inKernel, `${most} bytes were on their way`);
    t.diagnostic(`at most ${peak} bytes of ${received}`);
  });

  test('a client that reads nothing is dropped, and whoever waits is served', async (t) => {
    const registry = await start(t, url, { patience: 300, blobsAtOnce: 1 });
    const stuck = await begin(`http://${registry.address}${path}`);
    const served = await ask(`http://${registry.address}`, path);
    assert.equal(digestOf(served.body), layer);
    assert.match(registry.said[0] ?? '', /broken off$/);
    await assert.rejects(stuck.toArray(), { code: 'ECONNRESET' });
    assert.equal(registry.window.used, 0);
  });

  test('a client that goes away while it waits takes no turn', async (t) => {
    const registry = await start(t, url, { blobsAtOnce: 1 });
    const address = `http://${registry.address}`;
    const first = await begin(`${address}${path}`);
    const waiting = get(`${address}${path}`).on('error', () => {});
    await once(waiting, 'finish');
    waiting.destroy();
    const last = ask(address, path);
    for await (const _ of first);
    assert.equal(digestOf((await last).body), layer);
    await registry.finished(3);
    assert.equal(registry.served.bytes, 2 * (image.layers[0]?.size ?? 0));
    assert.equal(registry.window.used, 0);
  });

  test('what is being fetched for a client is given up when it goes', async (t) => {
    const { promise: given, resolve } = Promise.withResolvers<void>();
    const registry = await start(t, url, {}, (store) => ({
      ...store,
      getChunk: (_chunk, { signal } = {}) =>
        new Promise((_, reject) => {
          signal?.addEventListener('abort', () => {
            reject(signal.reason);
            resolve();
          });
          asked.resolve();
        }),
    }));
    const asked = Promise.withResolvers<void>();
    const request = get(`http://${registry.address}${path}`).on('error', () => {});
    await asked.promise;
    request.destroy();
    await given;
    await registry.finished(1);
    assert.equal(registry.window.used, 0);
  });
});

async function start(
  t: Cleanup,
  url: string,
  limits: Partial<Limits>,
  wrap: (store: Store) => Store = (store) => store,
) {
  const said: string[] = [];
  const heard = new EventEmitter();
  const registry = await startRegistry({
    listen: { host: '127.0.0.1', port: 0 },
    store: wrap(await openTestStore(url)),
    limits: { grace: 0, ...limits },
    report(event) {
      if ('text' in event) said.push(event.text);
      heard.emit('line');
    },
  });
  t.after(() => registry.close());
  /** Resolves once so many requests have come to their end. */
  const finished = async (requests: number) => {
    while (registry.served.requests < requests) await once(heard, 'line');
  };
  return { ...registry, said, finished };
}

/** A response whose head has come and whose body waits to be read. */
function begin(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => resolve(response.pause())).on('error', reject);
  });
}

/** The bytes of a body, a few at a time and with others getting their turn in between. */
async function* slowly(response: IncomingMessage): AsyncGenerator<Buffer> {
  for await (const piece of response) {
    yield piece;
    await turn();
  }
}
