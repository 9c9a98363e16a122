import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { fakeEngine } from '../engines/fake-engine.ts';
import { settled } from './engine-settled.ts';

const writeForever = (response: ServerResponse, count: (bytes: number) => void) => {
  const write = () => {
    do count(65_536);
    while (response.write(Buffer.alloc(65_536)) && !response.destroyed);
  };
  response.on('drain', write);
  write();
};

test('the archive is what the engine sends', async () => {
  const sent = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
  const urls: (string | undefined)[] = [];
  await using fake = await fakeEngine(({ url }, response) => {
    urls.push(url);
    response.write(sent.subarray(0, 1000));
    response.end(sent.subarray(1000));
  });
  const archive = await buffer(await fake.engine.save('reg:5000/a/b:1'));
  assert.ok(archive.equals(sent));
  assert.match(urls[0] ?? '', /^\/v1\.51\/images\/reg%3A5000\/a\/b%3A1\/get\??$/);
});

test('an image that is not there is not found', async () => {
  await using fake = await fakeEngine((_, response) => {
    response.writeHead(404).end('{"message":"No such image: a:1"}');
  });
  await assert.rejects(fake.engine.save('a:1'), { code: 'NOT_FOUND', side: 'engine' });
});

test('an archive that breaks off fails instead of ending', async () => {
  await using fake = await fakeEngine(({ socket }, response) => {
    response.write(Buffer.alloc(100_000));
    setTimeout(() => socket.destroy(), 50);
  });
  await assert.rejects(buffer(await fake.engine.save('a:1')), {
    code: 'ENGINE_FAILED',
    message: /went away/,
  });
});

test('an error that the engine appends to the archive is an error', async () => {
  await using fake = await fakeEngine((_, response) => {
    response.write(Buffer.alloc(100_000));
    response.end('{"errorDetail":{"message":"disk gone"},"error":"disk gone"}\r\n');
  });
  await assert.rejects(buffer(await fake.engine.save('a:1')), { message: /disk gone/ });
});

test('what only looks like an error inside the archive is none', async () => {
  const sent = `{"errorDetail":{"message":"no"}}${'\0'.repeat(1024)}`;
  await using fake = await fakeEngine((_, response) => response.end(sent));
  assert.equal((await buffer(await fake.engine.save('a:1'))).toString(), sent);
});

test('a signal ends the archive and the request', async () => {
  const closed = Promise.withResolvers<void>();
  await using fake = await fakeEngine((_, response) => {
    response.once('close', closed.resolve);
    writeForever(response, () => {});
  });
  const abort = new AbortController();
  const archive = await fake.engine.save('a:1', abort.signal);
  archive.once('data', () => abort.abort());
  await assert.rejects(once(archive, 'end'), { code: 'INTERRUPTED' });
  await closed.promise;
});

test('a signal ends a save that the engine has not answered yet', async () => {
  const asked = Promise.withResolvers<void>();
  await using fake = await fakeEngine(() => asked.resolve());
  const abort = new AbortController();
  const saving = fake.engine.save('a:1', abort.signal);
  await asked.promise;
  abort.abort();
  await assert.rejects(saving, { code: 'INTERRUPTED' });
});

test('an archive that nobody wants any more ends the request', async () => {
  const closed = Promise.withResolvers<void>();
  await using fake = await fakeEngine((_, response) => {
    response.once('close', closed.resolve);
    writeForever(response, () => {});
  });
  (await fake.engine.save('a:1')).destroy();
  await closed.promise;
});

test('an archive that is read slowly makes the engine wait', async () => {
  let written = 0;
  await using fake = await fakeEngine((_, response) => {
    writeForever(response, (bytes) => {
      written += bytes;
    });
  });
  const archive = await fake.engine.save('a:1');
  await settled(() => written, 4 * 1024 * 1024);
  archive.destroy();
});
