import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeleteObjectsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { AuthorizationRequest, Credential } from './server.ts';
import { BUCKET, CREDENTIAL, sdkClient, startServer } from './testing/harness.ts';
import { outcome } from './testing/raw.ts';

const OTHER = 'quay';

const credential = (name: string, limits: Partial<Credential>): Credential => ({
  accessKeyId: name,
  secretAccessKey: name,
  ...limits,
});

test('a read-only credential', async (t) => {
  const reader = credential('READER', { readOnly: true });
  const { url } = await startServer(t, { credentials: [CREDENTIAL, reader] });
  const path = `/${BUCKET}/a`;
  await outcome(url, { method: 'PUT', path, body: 'x' });
  const ask = (method: string, query?: Record<string, string>, headers?: Record<string, string>) =>
    outcome(url, {
      method,
      path,
      credential: reader,
      ...(query && { query }),
      ...(headers && { headers }),
    });
  assert.equal(await ask('GET'), '200');
  assert.equal(await outcome(url, { path: `/${BUCKET}`, credential: reader }), '200');
  assert.equal(await ask('PUT'), '403 AccessDenied');
  assert.equal(await ask('PUT', {}, { 'x-amz-copy-source': path }), '403 AccessDenied');
  assert.equal(await ask('POST', { uploads: '' }), '403 AccessDenied');
  assert.equal(await ask('DELETE'), '403 AccessDenied');
  assert.equal(await outcome(url, { path }), '200');
});

test('a credential for some buckets', async (t) => {
  const limited = credential('LIMITED', { buckets: [BUCKET] });
  const { url } = await startServer(t, {
    credentials: [CREDENTIAL, limited],
    buckets: [BUCKET, OTHER],
  });
  const put = (path: string, headers: Record<string, string> = {}) =>
    outcome(url, { method: 'PUT', path, body: 'x', credential: limited, headers });
  await outcome(url, { method: 'PUT', path: `/${OTHER}/a`, body: 'x' });
  assert.equal(await put(`/${BUCKET}/a`), '200');
  assert.equal(await put(`/${OTHER}/a`), '403 AccessDenied');
  assert.equal(await put('/unknown/a'), '403 AccessDenied');
  assert.equal(
    await put(`/${BUCKET}/b`, { 'x-amz-copy-source': `/${OTHER}/a` }),
    '403 AccessDenied',
  );
  assert.equal(await outcome(url, { path: '/', credential: limited }), '403 AccessDenied');
});

test('without s3:ListBucket a missing key is denied, not missing', async (t) => {
  const blind = credential('BLIND', { noList: true });
  const { url } = await startServer(t, { credentials: [CREDENTIAL, blind] });
  await outcome(url, { method: 'PUT', path: `/${BUCKET}/a`, body: 'x' });
  const ask = (path: string, method = 'GET', headers: Record<string, string> = {}) =>
    outcome(url, { method, path, credential: blind, headers });
  assert.equal(await ask(`/${BUCKET}/a`), '200');
  assert.equal(await ask(`/${BUCKET}/none`), '403 AccessDenied');
  assert.equal(await ask(`/${BUCKET}/none`, 'HEAD'), '403');
  const copy = { 'x-amz-copy-source': `/${BUCKET}/none` };
  assert.equal(await ask(`/${BUCKET}/b`, 'PUT', copy), '403 AccessDenied');
  assert.equal(await ask(`/${BUCKET}`), '403 AccessDenied');
  assert.equal(await ask(`/${BUCKET}`, 'HEAD'), '403');
});

test('the hook is asked for every action, and its word counts', async (t) => {
  const asked: string[] = [];
  const denied = new Set<string>();
  const server = await startServer(t, {
    authorize({ principal, action, bucket, key }: AuthorizationRequest) {
      assert.equal(principal.accessKeyId, CREDENTIAL.accessKeyId);
      asked.push(`${action} ${bucket}/${key}`);
      return !denied.has(`${action} ${key}`);
    },
  });
  const ask = async (method: string, path: string, headers: Record<string, string> = {}) => {
    asked.length = 0;
    const result = await outcome(server.url, {
      method,
      path,
      headers,
      body: method === 'PUT' ? 'x' : '',
    });
    return [result, ...asked];
  };
  const a = `/${BUCKET}/a`;
  assert.deepEqual(await ask('PUT', a), ['200', `s3:PutObject ${BUCKET}/a`]);
  assert.deepEqual(await ask('PUT', a, { 'if-match': '"x"' }), [
    '412 PreconditionFailed',
    `s3:PutObject ${BUCKET}/a`,
    `s3:GetObject ${BUCKET}/a`,
  ]);
  assert.deepEqual(await ask('PUT', `/${BUCKET}/b`, { 'x-amz-copy-source': a }), [
    '200',
    `s3:PutObject ${BUCKET}/b`,
    `s3:GetObject ${BUCKET}/a`,
  ]);
  assert.deepEqual(await ask('GET', `/${BUCKET}`), ['200', `s3:ListBucket ${BUCKET}/`]);
  assert.deepEqual(await ask('GET', '/'), ['200', 's3:ListAllMyBuckets /']);
  const missing = [`s3:GetObject ${BUCKET}/none`, `s3:ListBucket ${BUCKET}/`];
  assert.deepEqual(await ask('GET', `/${BUCKET}/none`), ['404 NoSuchKey', ...missing]);
  denied.add('s3:ListBucket ');
  assert.deepEqual(await ask('GET', `/${BUCKET}/none`), ['403 AccessDenied', ...missing]);
  denied.add('s3:GetObject a');
  assert.equal((await ask('GET', a))[0], '403 AccessDenied');
  assert.equal((await ask('PUT', a, { 'if-match': '"x"' }))[0], '403 AccessDenied');

  denied.add('s3:DeleteObject a');
  const s3 = sdkClient(t, server);
  const Objects = [{ Key: 'a' }, { Key: 'b' }];
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'b', Body: 'x' }));
  const answer = await s3.send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects } }));
  assert.deepEqual(
    answer.Deleted?.map(({ Key }) => Key),
    ['b'],
  );
  assert.deepEqual(
    answer.Errors?.map(({ Key, Code }) => [Key, Code]),
    [['a', 'AccessDenied']],
  );
});
