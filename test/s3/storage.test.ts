import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { PersistentMap } from './storage/persistent-map.ts';
import { BUCKET, sdkClient, startServer, temporaryFolder } from './testing/harness.ts';
import { outcome } from './testing/raw.ts';
import { watch } from './testing/wire.ts';

const Bucket = BUCKET;

const dataFiles = (folder: string) => readdirSync(join(folder, BUCKET, 'data')).length;

/** Resolves when `reached`, which it asks again and again; rejects after two seconds. */
async function eventually(reached: () => boolean): Promise<void> {
  for (let waited = 0; !reached(); waited += 5) {
    assert.ok(waited < 2000, 'it never came to that');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('a server started again on the same folder serves the same', async (t) => {
  const folder = temporaryFolder(t);
  const first = await startServer(t, { folder });
  const before = sdkClient(t, first);
  const Metadata = { a: '1' };
  await before.send(new PutObjectCommand({ Bucket, Key: 'ü/a', Body: 'old' }));
  await before.send(
    new PutObjectCommand({ Bucket, Key: 'ü/a', Body: 'hello', Metadata, ContentType: 'text/x' }),
  );
  await before.send(new PutObjectCommand({ Bucket, Key: 'gone', Body: 'x' }));
  await outcome(first.url, { method: 'DELETE', path: `/${BUCKET}/gone` });
  const { UploadId } = await before.send(
    new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }),
  );
  const part = { Bucket, Key: 'parts', UploadId, PartNumber: 1, Body: 'part' };
  const { ETag, ChecksumCRC32 } = await before.send(new UploadPartCommand(part));
  const head = new HeadObjectCommand({ Bucket, Key: 'ü/a', ChecksumMode: 'ENABLED' });
  const { $metadata: _, ...described } = await before.send(head);
  await first.close();

  // What a server leaves behind that is killed while it writes.
  writeFileSync(join(folder, BUCKET, 'data', 'orphan'), 'x');
  appendFileSync(join(folder, BUCKET, 'objects.jsonl'), '["torn",{"key":"to');
  const second = await startServer(t, { folder });
  const after = sdkClient(t, second);
  const { $metadata: __, ...again } = await after.send(head);
  assert.deepEqual(again, described);
  assert.equal(again.ChecksumCRC32, 'NhCmhg==');
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag, ChecksumCRC32 }] };
  await after.send(
    new CompleteMultipartUploadCommand({ Bucket, Key: 'parts', UploadId, MultipartUpload }),
  );
  const { Contents } = await after.send(new ListObjectsV2Command({ Bucket }));
  assert.deepEqual(
    Contents?.map(({ Key }) => Key),
    ['parts', 'ü/a'],
  );
  assert.equal(dataFiles(folder), 2);
  await second.close();

  const third = sdkClient(t, await startServer(t, { folder }));
  const { Body } = await third.send(new GetObjectCommand({ Bucket, Key: 'parts' }));
  assert.equal(await Body?.transformToString(), 'part');
});

test('a get under way keeps reading the version that it began with', async (t) => {
  const folder = temporaryFolder(t);
  const server = await startServer(t, { folder });
  const { url } = server;
  const path = `/${BUCKET}/a`;
  const versions = [Buffer.alloc(150_000, 1), Buffer.alloc(150_000, 2)] as const;
  await outcome(url, { method: 'PUT', path, body: versions[0] });
  const slow = { 'x-wherry-fault': '{"type":"rate","bytesPerSecond":100000}' };
  const reading = watch(url, { path, headers: slow }, 10_000);
  await eventually(() => server.requests.bytesOut() > 0);
  assert.equal(await outcome(url, { method: 'PUT', path, body: versions[1] }), '200');
  assert.ok((await watch(url, { path }, 5000)).body.equals(versions[1]));
  assert.equal(dataFiles(folder), 2);
  assert.ok((await reading).body.equals(versions[0]));
  await eventually(() => dataFiles(folder) === 1);
});

test('readers and a writer at once: every read is one version, whole', async (t) => {
  const { url } = await startServer(t);
  const path = `/${BUCKET}/a`;
  const version = (index: number) => Buffer.alloc(20_000, index);
  await outcome(url, { method: 'PUT', path, body: version(0) });
  const write = async () => {
    for (let index = 1; index <= 20; index++)
      await outcome(url, { method: 'PUT', path, body: version(index) });
  };
  const seen = new Set<number>();
  const read = async () => {
    for (let count = 0; count < 20; count++) {
      const { body } = await watch(url, { path }, 5000);
      assert.equal(body.length, 20_000);
      assert.ok(body.equals(version(body[0] ?? -1)));
      seen.add(body[0] ?? -1);
    }
  };
  await Promise.all([write(), read(), read()]);
  assert.ok(seen.size > 1);
});

test('a put that fails leaves nothing behind', async (t) => {
  const folder = temporaryFolder(t);
  const server = await startServer(t, { folder });
  const { url } = server;
  const path = `/${BUCKET}/a`;
  const body = Buffer.alloc(100_000);
  const put = (headers: Record<string, string>) =>
    outcome(url, { method: 'PUT', path, body, headers });
  assert.equal(await put({ 'content-md5': Buffer.alloc(16).toString('base64') }), '400 BadDigest');
  assert.equal(await put({ 'if-match': '"x"' }), '404 NoSuchKey');
  server.faults.set([{ action: { type: 'reset-request', after: 50_000 } }]);
  await watch(url, { method: 'PUT', path, body });
  await eventually(() => dataFiles(folder) === 0);
});

test('a client that goes away in the middle of a put changes nothing', async (t) => {
  const folder = temporaryFolder(t);
  const server = await startServer(t, { folder, rate: 500_000 });
  const body = Buffer.alloc(500_000);
  const seen = await watch(server.url, { method: 'PUT', path: `/${BUCKET}/a`, body }, 150);
  assert.equal(seen.ending, 'open');
  await eventually(() => server.requests.count(({ duration }) => duration === undefined) === 0);
  assert.equal(await outcome(server.url, { path: `/${BUCKET}/a` }), '404 NoSuchKey');
  await eventually(() => dataFiles(folder) === 0);
});

function mapIn(t: TestContext) {
  const path = join(temporaryFolder(t), 'map.jsonl');
  return { path, open: () => new PersistentMap<number>(path) };
}

test('a persistent map keeps the last value of each key', (t) => {
  const { path, open } = mapIn(t);
  const map = open();
  map.set('a', 1);
  map.set('b\n', 2);
  map.set('a', 3);
  map.set('c', 4);
  map.delete('c', 'd');
  map.close();
  assert.equal(readFileSync(path, 'utf8').split('\n').length - 1, 6);
  const again = open();
  assert.deepEqual([...again.keys()], ['a', 'b\n']);
  assert.deepEqual([...again.values()], [3, 2]);
  again.close();
  assert.equal(readFileSync(path, 'utf8').split('\n').length - 1, 2);
});

test('a persistent map does not grow with its changes', (t) => {
  const { path, open } = mapIn(t);
  const map = open();
  for (let value = 0; value < 25_000; value++) map.set('a', value);
  map.close();
  assert.ok(readFileSync(path, 'utf8').split('\n').length < 15_000);
  const again = open();
  assert.equal(again.get('a'), 24_999);
  again.close();
});
