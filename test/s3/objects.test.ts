import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { BUCKET, refusal, sdkClient, startServer } from './testing/harness.ts';
import { outcome, send, sign } from './testing/raw.ts';

const Bucket = BUCKET;

test('an object comes back with everything it was put with', async (t) => {
  const s3 = sdkClient(t, await startServer(t));
  const put = await s3.send(
    new PutObjectCommand({
      Bucket,
      Key: 'a/b',
      Body: 'hello',
      ContentType: 'text/plain',
      ContentEncoding: 'gzip',
      CacheControl: 'no-cache',
      StorageClass: 'STANDARD_IA',
      Metadata: { digest: 'sha256:x', spaced: 'a   b' },
    }),
  );
  assert.equal(put.ETag, '"5d41402abc4b2a76b9719d911017c592"');
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'a/b' }));
  assert.equal(await got.Body?.transformToString(), 'hello');
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'a/b' }));
  for (const answer of [got, head]) {
    assert.equal(answer.ETag, put.ETag);
    assert.equal(answer.ContentLength, 5);
    assert.equal(answer.ContentType, 'text/plain');
    assert.equal(answer.ContentEncoding, 'gzip');
    assert.equal(answer.CacheControl, 'no-cache');
    assert.equal(answer.StorageClass, 'STANDARD_IA');
    assert.deepEqual(answer.Metadata, { digest: 'sha256:x', spaced: 'a   b' });
    assert.ok(Math.abs((answer.LastModified?.getTime() ?? 0) - Date.now()) < 5000);
  }
});

test('any key up to 1024 bytes is kept apart from every other', async (t) => {
  const s3 = sdkClient(t, await startServer(t));
  const keys = [
    'a',
    'a/b',
    'a//b',
    'a/',
    '/a',
    '..',
    '../a',
    '.',
    'A',
    'ü€😀',
    '\u0001',
    'k'.repeat(1024),
  ];
  for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket, Key, Body: `<${Key}>` }));
  for (const Key of keys) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    assert.equal(await Body?.transformToString(), `<${Key}>`);
  }
  const long = s3.send(new PutObjectCommand({ Bucket, Key: 'ü'.repeat(513), Body: 'x' }));
  assert.equal(await refusal(long), '400 KeyTooLongError');
});

test('an empty object', async (t) => {
  const s3 = sdkClient(t, await startServer(t));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'empty', Body: Buffer.alloc(0) }));
  const { Body, ContentLength } = await s3.send(new GetObjectCommand({ Bucket, Key: 'empty' }));
  assert.equal(ContentLength, 0);
  assert.equal(await Body?.transformToString(), '');
  const ranged = s3.send(new GetObjectCommand({ Bucket, Key: 'empty', Range: 'bytes=0-' }));
  assert.equal(await refusal(ranged), '416 InvalidRange');
});

test('ranges', async (t) => {
  const s3 = sdkClient(t, await startServer(t));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: '0123456789' }));
  const get = async (Range: string) => {
    const answer = await s3.send(new GetObjectCommand({ Bucket, Key: 'a', Range }));
    const { httpStatusCode } = answer.$metadata;
    return `${httpStatusCode} ${answer.ContentRange} ${await answer.Body?.transformToString()}`;
  };
  assert.equal(await get('bytes=2-4'), '206 bytes 2-4/10 234');
  assert.equal(await get('bytes=7-'), '206 bytes 7-9/10 789');
  assert.equal(await get('bytes=-3'), '206 bytes 7-9/10 789');
  assert.equal(await get('bytes=-99'), '206 bytes 0-9/10 0123456789');
  assert.equal(await get('bytes=8-99'), '206 bytes 8-9/10 89');
  assert.equal(await get('bytes=4-2'), '200 undefined 0123456789');
  assert.equal(await get('lines=1-2'), '200 undefined 0123456789');
  assert.equal(await refusal(get('bytes=10-')), '416 InvalidRange');
  assert.equal(await refusal(get('bytes=-0')), '416 InvalidRange');
  assert.equal(await refusal(get('bytes=0-1,3-4')), '501 NotImplemented');
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'a', Range: 'bytes=2-4' }));
  assert.equal(head.ContentLength, 3);
});

test('what is not there', async (t) => {
  const server = await startServer(t);
  const s3 = sdkClient(t, server);
  assert.equal(await refusal(s3.send(new GetObjectCommand({ Bucket, Key: 'a' }))), '404 NoSuchKey');
  assert.equal(await refusal(s3.send(new HeadObjectCommand({ Bucket, Key: 'a' }))), '404 NotFound');
  const elsewhere = s3.send(new GetObjectCommand({ Bucket: 'nowhere', Key: 'a' }));
  assert.equal(await refusal(elsewhere), '404 NoSuchBucket');
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
  const head = await send(server.url, sign(server.url, { method: 'HEAD', path: `/${BUCKET}/a` }));
  assert.deepEqual([head.status, head.body], [404, '']);
});

test('error documents say what was asked for', async (t) => {
  const { url } = await startServer(t);
  const { body, headers } = await send(url, sign(url, { path: `/${BUCKET}/a<b` }));
  assert.equal(headers['content-type'], 'application/xml');
  assert.match(body, /^<\?xml version="1.0" encoding="UTF-8"\?>\n<Error><Code>NoSuchKey<\/Code>/);
  assert.match(body, /<Message>The specified key does not exist\.<\/Message>/);
  assert.match(body, /<Key>a&lt;b<\/Key>/);
  assert.ok(body.includes(`<RequestId>${headers['x-amz-request-id']}</RequestId>`));
});

test('copies', async (t) => {
  const s3 = sdkClient(t, await startServer(t, { buckets: [BUCKET, 'quay'] }));
  const Metadata = { a: '1' };
  const put = await s3.send(
    new PutObjectCommand({ Bucket, Key: 'a b+ü', Body: 'hello', Metadata }),
  );
  const CopySource = `${BUCKET}/${encodeURIComponent('a b+ü')}`;
  const copy = (options: object) =>
    s3.send(new CopyObjectCommand({ Bucket: 'quay', Key: 'b', CopySource, ...options }));
  const copied = await copy({});
  assert.equal(copied.CopyObjectResult?.ETag, put.ETag);
  const head = () => s3.send(new HeadObjectCommand({ Bucket: 'quay', Key: 'b' }));
  assert.deepEqual((await head()).Metadata, Metadata);
  await copy({ MetadataDirective: 'REPLACE', Metadata: { b: '2' }, ContentType: 'text/x' });
  assert.deepEqual((await head()).Metadata, { b: '2' });
  assert.equal((await head()).ContentType, 'text/x');
  assert.equal(await refusal(copy({ CopySource: `${BUCKET}/none` })), '404 NoSuchKey');
  assert.equal(await refusal(copy({ CopySource: 'none' })), '400 InvalidArgument');
  assert.equal(await refusal(copy({ CopySource: 'quay/b' })), '400 InvalidRequest');
  assert.equal(await refusal(copy({ CopySourceIfMatch: '"x"' })), '412 PreconditionFailed');
  assert.equal(await refusal(copy({ CopySourceIfNoneMatch: put.ETag })), '412 PreconditionFailed');
  const before = new Date(Date.now() - 60_000);
  assert.equal(
    await refusal(copy({ CopySourceIfUnmodifiedSince: before })),
    '412 PreconditionFailed',
  );
  await copy({ CopySourceIfMatch: put.ETag, CopySourceIfModifiedSince: before });
  assert.equal(await refusal(copy({ IfNoneMatch: '*' })), '412 PreconditionFailed');
});

test('many deletes at once', async (t) => {
  const server = await startServer(t);
  const s3 = sdkClient(t, server);
  const Keys = ['a', 'b', '<&>"'];
  for (const Key of Keys) await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
  const Objects = [...Keys.map((Key) => ({ Key })), { Key: 'absent' }];
  const { Deleted } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  assert.deepEqual(
    Deleted?.map(({ Key }) => Key),
    [...Keys, 'absent'],
  );
  for (const Key of Keys) {
    assert.equal(await refusal(s3.send(new HeadObjectCommand({ Bucket, Key }))), '404 NotFound');
  }
  await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
  const conditional = { Objects: [{ Key: 'a', ETag: '"other"' }], Quiet: true };
  const { Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: conditional }));
  assert.deepEqual(
    Errors?.map(({ Key, Code }) => [Key, Code]),
    [['a', 'PreconditionFailed']],
  );
  const body = '<Delete><Object><Key>a</Key></Object></Delete>';
  const query = { delete: '' };
  const path = `/${BUCKET}`;
  assert.equal(
    await outcome(server.url, { method: 'POST', path, query, body }),
    '400 InvalidRequest',
  );
});

test('buckets', async (t) => {
  const server = await startServer(t);
  const s3 = sdkClient(t, server);
  await s3.send(new CreateBucketCommand({ Bucket: 'new-one' }));
  await s3.send(new CreateBucketCommand({ Bucket: 'new-one' }));
  const far = { LocationConstraint: 'eu-west-1' } as const;
  await s3.send(new CreateBucketCommand({ Bucket: 'far', CreateBucketConfiguration: far }));
  const again = s3.send(new CreateBucketCommand({ Bucket: 'far', CreateBucketConfiguration: far }));
  assert.equal(await refusal(again), '409 BucketAlreadyOwnedByYou');
  const bad = s3.send(new CreateBucketCommand({ Bucket: 'Bad_Name' }));
  assert.equal(await refusal(bad), '400 InvalidBucketName');
  const { Buckets } = await s3.send(new ListBucketsCommand({}));
  assert.deepEqual(
    Buckets?.map(({ Name }) => Name),
    ['far', BUCKET, 'new-one'],
  );
  const location = await s3.send(new GetBucketLocationCommand({ Bucket: 'far' }));
  assert.equal(location.LocationConstraint, 'eu-west-1');
  const head = await s3.send(new HeadBucketCommand({ Bucket: 'new-one' }));
  assert.equal(head.BucketRegion, 'us-east-1');
  await s3.send(new PutObjectCommand({ Bucket: 'new-one', Key: 'a', Body: 'x' }));
  const full = s3.send(new DeleteBucketCommand({ Bucket: 'new-one' }));
  assert.equal(await refusal(full), '409 BucketNotEmpty');
  await s3.send(new DeleteObjectCommand({ Bucket: 'new-one', Key: 'a' }));
  await s3.send(new DeleteBucketCommand({ Bucket: 'new-one' }));
  const gone = s3.send(new HeadBucketCommand({ Bucket: 'new-one' }));
  assert.equal(await refusal(gone), '404 NotFound');
});

test('a server does not start with a bucket that S3 would not create', async (t) => {
  for (const name of ['../x', 'A', 'ab', '1.2.3.4', 'a..b']) {
    await assert.rejects(startServer(t, { buckets: [name] }), /no name for a bucket/);
  }
});

test('what is not supported is refused, never ignored', async (t) => {
  const { url } = await startServer(t);
  const path = `/${BUCKET}/a`;
  const put = (headers: Record<string, string>) =>
    outcome(url, { method: 'PUT', path, headers, body: 'x' });
  assert.equal(await put({ 'x-amz-server-side-encryption': 'aws:kms' }), '501 NotImplemented');
  assert.equal(await put({ 'x-amz-tagging': 'a=b' }), '501 NotImplemented');
  assert.equal(await put({ 'x-amz-acl': 'public-read' }), '501 NotImplemented');
  assert.equal(await put({ 'if-none-match': '"x"' }), '501 NotImplemented');
  assert.equal(await put({ 'x-amz-acl': 'private' }), '200');
  assert.equal(await outcome(url, { path, query: { acl: '' } }), '501 NotImplemented');
  assert.equal(await outcome(url, { path, query: { versionId: 'x' } }), '501 NotImplemented');
  const hoisted = { 'x-amz-meta-a': '1' };
  const presigned = { method: 'PUT', path, query: hoisted, expires: 60, body: 'x' };
  assert.equal(await outcome(url, presigned), '501 NotImplemented');
  assert.equal(
    await outcome(url, { path: `/${BUCKET}`, query: { policy: '' } }),
    '501 NotImplemented',
  );
  assert.equal(await outcome(url, { path, method: 'PATCH' }), '405 MethodNotAllowed');
  assert.equal(await put({ 'x-amz-meta-a': 'x'.repeat(2048) }), '400 MetadataTooLarge');
});
