import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { before, type TestContext, test } from 'node:test';
import {
  ListObjectsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { compareUtf8 } from './storage/utf8-order.ts';
import { BUCKET, refusal, sdkClient, startServer } from './testing/harness.ts';
import { outcome, send, sign } from './testing/raw.ts';

const Bucket = BUCKET;

/** U+FF5E and U+1F600 sort differently by UTF-16 units than by UTF-8 bytes. */
const KEYS = [
  'a',
  'a-',
  'a/',
  'a/1',
  'a/2',
  'a0',
  'b/c/1',
  'b/c/2',
  'b/d',
  'z',
  'é',
  '\uff5e',
  '😀',
];

async function filled(t: TestContext): Promise<S3Client> {
  const s3 = sdkClient(t, await startServer(t));
  for (const Key of [...KEYS].reverse())
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  return s3;
}

async function list(
  s3: S3Client,
  options: Partial<ListObjectsV2CommandInput> = {},
): Promise<string[]> {
  const { Contents = [], CommonPrefixes = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket, ...options }),
  );
  return [
    ...Contents.map(({ Key }) => `${Key}`),
    ...CommonPrefixes.map(({ Prefix }) => `[${Prefix}]`),
  ];
}

before(() => {
  const bytes = [...KEYS].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  assert.deepEqual(KEYS, bytes);
  assert.deepEqual([...KEYS].reverse().sort(compareUtf8), bytes);
});

test('keys come in the order of their UTF-8 bytes, with prefix, delimiter and start', async (t) => {
  const s3 = await filled(t);
  assert.deepEqual(await list(s3), KEYS);
  assert.deepEqual(await list(s3, { Prefix: 'a/' }), ['a/', 'a/1', 'a/2']);
  assert.deepEqual(await list(s3, { Prefix: 'nothing' }), []);
  const top = ['a', 'a-', 'a0', 'z', 'é', '\uff5e', '😀', '[a/]', '[b/]'];
  assert.deepEqual(await list(s3, { Delimiter: '/' }), top);
  assert.deepEqual(await list(s3, { Delimiter: '/', Prefix: 'b/' }), ['b/d', '[b/c/]']);
  assert.deepEqual(await list(s3, { Delimiter: '/', Prefix: 'a/' }), ['a/', 'a/1', 'a/2']);
  assert.deepEqual(await list(s3, { StartAfter: 'b/d' }), ['z', 'é', '\uff5e', '😀']);
  assert.deepEqual(await list(s3, { Prefix: 'a/', StartAfter: 'a/1' }), ['a/2']);
  assert.deepEqual(await list(s3, { Prefix: 'a', StartAfter: 'b' }), []);
  assert.deepEqual(await list(s3, { Prefix: 'b', StartAfter: 'a' }), ['b/c/1', 'b/c/2', 'b/d']);
});

test('paging gives every key and every common prefix once', async (t) => {
  const s3 = await filled(t);
  for (const Delimiter of [undefined, '/']) {
    for (const MaxKeys of [1, 2, 5]) {
      const pages: string[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await s3.send(
          new ListObjectsV2Command({ Bucket, MaxKeys, Delimiter, ContinuationToken }),
        );
        const { Contents = [], CommonPrefixes = [] } = page;
        assert.equal(page.KeyCount, Contents.length + CommonPrefixes.length);
        assert.ok(page.KeyCount > 0 && page.KeyCount <= MaxKeys);
        pages.push(
          ...Contents.map(({ Key }) => `${Key}`),
          ...CommonPrefixes.map(({ Prefix }) => `[${Prefix}]`),
        );
        ContinuationToken = page.NextContinuationToken;
        assert.equal(page.IsTruncated, ContinuationToken !== undefined);
      } while (ContinuationToken !== undefined);
      assert.deepEqual(pages.sort(), (await list(s3, { Delimiter })).sort());
    }
  }
});

test('a listed object is described', async (t) => {
  const s3 = await filled(t);
  const { Contents } = await s3.send(
    new ListObjectsV2Command({ Bucket, Prefix: 'a/1', FetchOwner: true }),
  );
  const [object] = Contents ?? [];
  assert.equal(object?.Size, 3);
  assert.equal(object?.ETag, `"${createHash('md5').update('a/1').digest('hex')}"`);
  assert.equal(object?.StorageClass, 'STANDARD');
  assert.equal(object?.Owner?.DisplayName, 'wherry');
  assert.equal(object?.LastModified?.getMilliseconds(), 0);
});

test('the first version of the listing', async (t) => {
  const s3 = await filled(t);
  const first = await s3.send(new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 3 }));
  assert.deepEqual(
    first.Contents?.map(({ Key }) => Key),
    ['a', 'a-'],
  );
  assert.deepEqual(first.CommonPrefixes, [{ Prefix: 'a/' }]);
  assert.equal(first.NextMarker, 'a/');
  const second = await s3.send(
    new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 3, Marker: 'a/' }),
  );
  assert.deepEqual(
    second.Contents?.map(({ Key }) => Key),
    ['a0', 'z'],
  );
  assert.deepEqual(second.CommonPrefixes, [{ Prefix: 'b/' }]);
});

test('limits and bad arguments', async (t) => {
  const server = await startServer(t);
  const s3 = sdkClient(t, server);
  for (let index = 0; index < 3; index++) {
    await s3.send(new PutObjectCommand({ Bucket, Key: `${index}`, Body: 'x' }));
  }
  const none = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 0 }));
  assert.deepEqual([none.KeyCount, none.IsTruncated], [0, false]);
  const many = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 5000 }));
  assert.equal(many.MaxKeys, 1000);
  const path = `/${BUCKET}`;
  const ask = (query: Record<string, string>) =>
    outcome(server.url, { path, query: { 'list-type': '2', ...query } });
  assert.equal(await ask({ 'max-keys': 'x' }), '400 InvalidArgument');
  assert.equal(await ask({ 'max-keys': '-1' }), '400 InvalidArgument');
  assert.equal(await ask({ 'encoding-type': 'x' }), '400 InvalidArgument');
  const bad = s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken: 'a' }));
  assert.equal(await refusal(bad), '400 InvalidArgument');
});

test('encoding-type=url', async (t) => {
  const server = await startServer(t);
  const s3 = sdkClient(t, server);
  await s3.send(new PutObjectCommand({ Bucket, Key: 'a b+c/~(é)*\u0001', Body: 'x' }));
  const query = { 'list-type': '2', 'encoding-type': 'url', prefix: 'a b' };
  const { body } = await send(server.url, sign(server.url, { path: `/${BUCKET}`, query }));
  assert.match(body, /<EncodingType>url<\/EncodingType>/);
  assert.match(body, /<Prefix>a\+b<\/Prefix>/);
  assert.match(body, /<Key>a\+b%2Bc\/%7E%28%C3%A9%29\*%01<\/Key>/);
});
