import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { BUCKET, refusal, sdkClient, startServer } from './testing/harness.ts';
import { sign } from './testing/raw.ts';

const Bucket = BUCKET;

test('conditional reads', async (t) => {
  const s3 = sdkClient(t, await startServer(t));
  const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
  const hour = (count: number) => new Date(Date.now() + count * 3_600_000);
  const get = async (conditions: object) => {
    const outcomes = [GetObjectCommand, HeadObjectCommand].map(async (Command) => {
      const answer = await s3
        .send(new Command({ Bucket, Key: 'a', ...conditions }))
        .catch((error) => error);
      return answer.$metadata.httpStatusCode;
    });
    const [got, head] = await Promise.all(outcomes);
    assert.equal(head, got);
    return got;
  };
  const other = '"other"';
  assert.equal(await get({ IfMatch: ETag }), 200);
  assert.equal(await get({ IfMatch: `${other}, ${ETag}` }), 200);
  assert.equal(await get({ IfMatch: '*' }), 200);
  assert.equal(await get({ IfMatch: other }), 412);
  assert.equal(await get({ IfNoneMatch: ETag }), 304);
  assert.equal(await get({ IfNoneMatch: other }), 200);
  assert.equal(await get({ IfModifiedSince: hour(-1) }), 200);
  assert.equal(await get({ IfModifiedSince: hour(1) }), 304);
  assert.equal(await get({ IfUnmodifiedSince: hour(1) }), 200);
  assert.equal(await get({ IfUnmodifiedSince: hour(-1) }), 412);
  assert.equal(await get({ IfMatch: ETag, IfUnmodifiedSince: hour(-1) }), 200);
  assert.equal(await get({ IfNoneMatch: ETag, IfModifiedSince: hour(-1) }), 304);
  assert.equal(await get({ IfNoneMatch: other, IfModifiedSince: hour(1) }), 200);
});

test('conditional puts and deletes', async (t) => {
  const s3 = sdkClient(t, await startServer(t));
  const put = (conditions: object) =>
    s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x', ...conditions }));
  const remove = (IfMatch: string | undefined) =>
    s3.send(new DeleteObjectCommand({ Bucket, Key: 'a', IfMatch }));
  assert.equal(await refusal(put({ IfMatch: '"x"' })), '404 NoSuchKey');
  const { ETag } = await put({ IfNoneMatch: '*' });
  assert.equal(await refusal(put({ IfNoneMatch: '*' })), '412 PreconditionFailed');
  assert.equal(await refusal(put({ IfMatch: '"x"' })), '412 PreconditionFailed');
  await put({ IfMatch: ETag });
  assert.equal(await refusal(remove('"x"')), '412 PreconditionFailed');
  await remove(ETag);
  assert.equal(await refusal(remove(ETag)), '404 NoSuchKey');
  assert.equal(await refusal(remove('*')), '404 NoSuchKey');
  await put({});
  await remove('*');
  assert.equal(await refusal(put({ IfMatch: ETag })), '404 NoSuchKey');
});

test('of 50 writers that want to create a key, exactly one does', async (t) => {
  const s3 = sdkClient(t, await startServer(t));
  const writers = Array.from({ length: 50 }, (_, index) =>
    s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: `${index}`, IfNoneMatch: '*' })),
  );
  const outcomes = await Promise.allSettled(writers);
  const winners = outcomes.flatMap(({ status }, index) => (status === 'fulfilled' ? [index] : []));
  const losers = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason.name] : [],
  );
  assert.equal(winners.length, 1);
  assert.deepEqual(losers, Array(49).fill('PreconditionFailed'));
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'a' }));
  assert.equal(await Body?.transformToString(), `${winners[0]}`);
});

test('a counter that many compare and swap loses no update', async (t) => {
  const server = await startServer(t);
  const s3 = sdkClient(t, server);
  await s3.send(new PutObjectCommand({ Bucket, Key: 'counter', Body: '0' }));
  const increment = async (): Promise<void> => {
    const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket, Key: 'counter' }));
    const next = `${Number(await Body?.transformToString()) + 1}`;
    try {
      await s3.send(new PutObjectCommand({ Bucket, Key: 'counter', Body: next, IfMatch: ETag }));
    } catch (error) {
      assert.equal((error as Error).name, 'PreconditionFailed');
      await increment();
    }
  };
  const writers = Array.from({ length: 8 }, async () => {
    for (let count = 0; count < 10; count++) await increment();
  });
  await Promise.all(writers);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'counter' }));
  assert.equal(await Body?.transformToString(), '80');
  assert.ok(server.requests.count({ code: 'PreconditionFailed' }) > 0, 'nobody ever collided');
});

test('the condition of a put is decided when its body has come', async (t) => {
  const server = await startServer(t);
  const s3 = sdkClient(t, server);
  const body = 'slow';
  const headers = { 'if-none-match': '*', 'content-length': `${body.length}` };
  const signed = sign(server.url, { method: 'PUT', path: `/${BUCKET}/a`, body, headers });
  const { hostname, port } = new URL(server.url);
  const slow = request({
    hostname,
    port,
    method: 'PUT',
    path: signed.target,
    headers: signed.headers,
  });
  const answered = once(slow, 'response');
  slow.write(body.slice(0, 2));
  while (server.requests.count({ key: 'a' }) === 0) await setImmediate();
  await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'quick', IfNoneMatch: '*' }));
  slow.end(body.slice(2));
  const [{ statusCode }] = await answered;
  assert.equal(statusCode, 412);
});

test('the completion of a multipart upload is conditional too', async (t) => {
  const s3 = sdkClient(t, await startServer(t));
  const upload = async () => {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'a' }));
    const part = { Bucket, Key: 'a', UploadId, PartNumber: 1, Body: 'x' };
    const { ETag, ChecksumCRC32 } = await s3.send(new UploadPartCommand(part));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag, ChecksumCRC32 }] };
    return (conditions: object) =>
      s3.send(
        new CompleteMultipartUploadCommand({
          Bucket,
          Key: 'a',
          UploadId,
          MultipartUpload,
          ...conditions,
        }),
      );
  };
  const uploads = await Promise.all(Array.from({ length: 10 }, upload));
  const outcomes = await Promise.allSettled(
    uploads.map((complete) => complete({ IfNoneMatch: '*' })),
  );
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
  const [loser = assert.fail()] = uploads.filter(
    (_, index) => outcomes[index]?.status === 'rejected',
  );
  assert.equal(await refusal(loser({ IfMatch: '"x"' })), '412 PreconditionFailed');
  const { ETag } = await s3.send(new HeadObjectCommand({ Bucket, Key: 'a' }));
  assert.equal((await loser({ IfMatch: ETag })).ETag, ETag);
});
