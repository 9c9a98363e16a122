import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { RequestListener, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { fakeEngine } from '../engines/fake-engine.ts';
import { settled } from './engine-settled.ts';

const some = () => Readable.from([Buffer.alloc(1000)]);
/** More than an engine that does not read can be sent, and a count of what was taken. */
const endless = () => {
  const source = { taken: 0, archive: Readable.from(pieces()) };
  async function* pieces() {
    for (;;) {
      source.taken += 65_536;
      yield Buffer.alloc(65_536);
    }
  }
  return source;
};
/** An engine that reads the archive to its end and answers the texts, each as a chunk of its own. */
const answering =
  (...texts: string[]): RequestListener =>
  (request, response) => {
    request.resume().on('end', async () => {
      for (const text of texts) {
        response.write(text);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      response.end();
    });
  };
const message = (value: unknown) => `${JSON.stringify(value)}\r\n`;

test('names and IDs are collected from the messages', async () => {
  const text = message({ stream: 'Loaded image: a:1\nLoaded image ID: sha256:00\n' });
  const progress = message({ status: 'Loading layer', progressDetail: { current: 1 } });
  await using fake = await fakeEngine(
    answering(
      progress + text.slice(0, 20),
      text.slice(20),
      JSON.stringify({ stream: 'Loaded image: b:1' }),
    ),
  );
  assert.deepEqual(await fake.engine.load(some()), ['a:1', 'sha256:00', 'b:1']);
});

test('an error after the status 200 is an error', async () => {
  const detail = { errorDetail: { message: 'layer is bad' }, error: 'layer is bad' };
  await using fake = await fakeEngine(
    answering(message({ stream: 'Loaded image: a:1\n' }), message(detail)),
  );
  await assert.rejects(fake.engine.load(some()), {
    code: 'ENGINE_FAILED',
    side: 'engine',
    message: 'The engine failed: layer is bad.',
  });
});

test("the containerd store's own way to say that it failed is an error", async () => {
  const stream = '\u001b[91mError unpacking image a:1: no such layer\n\u001b[0m';
  await using fake = await fakeEngine(
    answering(message({ stream: 'Loaded image: a:1\n' }), message({ stream })),
  );
  await assert.rejects(fake.engine.load(some()), {
    code: 'ENGINE_FAILED',
    message: /unpacking image a:1: no such layer/,
  });
});

test('a full disk is said to be one', async () => {
  const error = 'write /var/lib/docker/x: no space left on device';
  await using fake = await fakeEngine(answering(message({ error })));
  await assert.rejects(fake.engine.load(some()), { code: 'NO_SPACE', side: 'engine' });
});

test('an answer that is not JSON is an error', async () => {
  await using fake = await fakeEngine(answering('<html>\n'));
  await assert.rejects(fake.engine.load(some()), { code: 'ENGINE_FAILED', message: /not JSON/ });
});

const refuse = (response: ServerResponse) =>
  response.writeHead(500, { connection: 'close' }).end('{"message":"not today"}');

test('an error answered before the archive was read is reported', async () => {
  await using fake = await fakeEngine((_, response) => refuse(response));
  const { archive } = endless();
  await assert.rejects(fake.engine.load(archive), { message: 'The engine failed: not today.' });
  assert.equal(archive.destroyed, true);
});

test('an error answered half-way, with the connection closed at once, is reported', async () => {
  await using fake = await fakeEngine((request, response) => {
    request.once('data', () => {
      request.pause();
      refuse(response);
      response.once('finish', () => request.socket.destroy());
    });
  });
  await assert.rejects(fake.engine.load(endless().archive), { message: /not today/ });
});

test('a connection cut half-way says that the engine went away', async () => {
  await using fake = await fakeEngine((request) => {
    request.once('data', () => request.socket.destroy());
  });
  const { archive } = endless();
  await assert.rejects(fake.engine.load(archive), { code: 'ENGINE_FAILED', message: /went away/ });
  assert.equal(archive.destroyed, true);
});

test('a connection cut in the middle of the answer says so too', async () => {
  await using fake = await fakeEngine((request, response) => {
    request.resume().on('end', () => {
      response.write(message({ stream: 'Loaded image: a:1\n' }));
      setImmediate(() => request.socket.destroy());
    });
  });
  await assert.rejects(fake.engine.load(some()), { code: 'ENGINE_FAILED', message: /went away/ });
});

/** An engine that tells when it gets a body, and whether that was a whole one. */
const witness = () => {
  const begun = Promise.withResolvers<void>();
  const body = Promise.withResolvers<'whole' | 'broken'>();
  const listener: RequestListener = (request, response) => {
    request.once('data', () => begun.resolve());
    request.once('error', () => body.resolve('broken'));
    request.once('end', () => {
      body.resolve('whole');
      response.end();
    });
  };
  return { listener, begun: begun.promise, body: body.promise };
};

test("the archive's own error is thrown, and the engine gets no whole body", async () => {
  const { listener, begun, body } = witness();
  await using fake = await fakeEngine(listener);
  const own = new Error('the store is gone');
  const archive = Readable.from(
    (async function* () {
      yield Buffer.alloc(200_000);
      await begun;
      throw own;
    })(),
  );
  await assert.rejects(fake.engine.load(archive), own);
  assert.equal(await body, 'broken');
});

test('an archive that was closed before its end is no whole one', async () => {
  const { listener, begun, body } = witness();
  await using fake = await fakeEngine(listener);
  const archive = new Readable({ read() {} });
  archive.push(Buffer.alloc(1000));
  begun.then(() => archive.destroy());
  await assert.rejects(fake.engine.load(archive), { code: 'FAILED', side: 'local' });
  assert.equal(await body, 'broken');
});

test('an archive that failed before the load began is not waited for', async () => {
  await using fake = await fakeEngine(answering());
  const own = new Error('too early');
  const archive = new Readable({ read() {} });
  archive.destroy(own);
  await once(archive, 'error').catch(() => {});
  await assert.rejects(fake.engine.load(archive), own);
});

test('an archive that fails after the engine had enough of it is no success', async () => {
  const answered = Promise.withResolvers<void>();
  await using fake = await fakeEngine((request, response) => {
    request.once('data', () => {
      response.end(message({ stream: 'Loaded image: a:1\n' }), () => answered.resolve());
    });
  });
  const own = new Error('the checksum is wrong');
  const archive = Readable.from(
    (async function* () {
      yield Buffer.alloc(1000);
      await answered.promise;
      for (let sent = 0; sent < 100; sent++) yield Buffer.alloc(65_536);
      throw own;
    })(),
  );
  await assert.rejects(fake.engine.load(archive), own);
});

test('a signal ends the load, and the engine gets no whole body', async () => {
  const { listener, begun, body } = witness();
  await using fake = await fakeEngine(listener);
  const { archive } = endless();
  const abort = new AbortController();
  begun.then(() => abort.abort());
  await assert.rejects(fake.engine.load(archive, abort.signal), { code: 'INTERRUPTED' });
  assert.equal(await body, 'broken');
  assert.equal(archive.destroyed, true);
});

test('a signal that fired before ends the load at once', async () => {
  await using fake = await fakeEngine(() => assert.fail('nothing is to be asked'));
  const { archive } = endless();
  await assert.rejects(fake.engine.load(archive, AbortSignal.abort()), { code: 'INTERRUPTED' });
  assert.equal(archive.destroyed, true);
});

test('an engine that does not read makes the archive wait', async () => {
  await using fake = await fakeEngine((request) => request.pause());
  const source = endless();
  const abort = new AbortController();
  const loading = fake.engine.load(source.archive, abort.signal);
  const interrupted = assert.rejects(loading, { code: 'INTERRUPTED' });
  await settled(() => source.taken, 4 * 1024 * 1024);
  abort.abort();
  await interrupted;
});
