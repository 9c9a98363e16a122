import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Credential, PolicyDocument } from './server.ts';
import { BUCKET, CREDENTIAL, startServer } from './testing/harness.ts';
import { outcome, type RawRequest, send, sign } from './testing/raw.ts';

const bucketArn = `arn:aws:s3:::${BUCKET}`;
const roleArn = 'arn:aws:iam::111122223333:role/pilots/harbour';

const policy = (...Statement: object[]): PolicyDocument => ({ Version: '2012-10-17', Statement });
const allow = (Action: string, Resource: string, Condition: object = {}) =>
  policy({ Effect: 'Allow', Action, Resource, Condition });
const deny = (Action: string, Condition: object = {}) => ({
  Effect: 'Deny',
  Principal: '*',
  Action,
  Resource: [bucketArn, `${bucketArn}/*`],
  Condition,
});
const role = (...policies: PolicyDocument[]): Credential => ({
  accessKeyId: 'ROLE',
  secretAccessKey: 'role',
  arn: roleArn,
  policies,
});

/** The status, and the message where it is denied. */
async function answer(url: string, raw: Partial<RawRequest> & { credential: Credential }) {
  const { status, body } = await send(url, sign(url, { path: `/${BUCKET}/a`, ...raw }));
  const message = /<Message>([^<]*)/.exec(body)?.[1]?.replaceAll('&quot;', '"');
  return status === 403 ? `${message}` : `${status}`;
}

const denied = (action: string, resource: string, why: string) =>
  'User: arn:aws:sts::111122223333:assumed-role/harbour/session is not authorized to perform: ' +
  `${action} on resource: "${resource}" ${why}`;
const notAllowed = (action: string, resource: string) =>
  denied(action, resource, `because no identity-based policy allows the ${action} action`);

test("a role has what its policies allow, and is told S3's words for the rest", async (t) => {
  const reader = role(
    allow('s3:GetObject', `${bucketArn}/*`),
    policy({ Effect: 'Deny', Action: 's3:GetObject', Resource: `${bucketArn}/b` }),
  );
  const { url } = await startServer(t, { credentials: [CREDENTIAL, reader] });
  const put = { method: 'PUT', body: 'x' };
  assert.equal(await outcome(url, { ...put, path: `/${BUCKET}/a` }), '200');
  assert.equal(await answer(url, { credential: reader }), '200');
  assert.equal(
    await answer(url, { ...put, credential: reader }),
    notAllowed('s3:PutObject', `${bucketArn}/a`),
  );
  assert.equal(
    await answer(url, { credential: reader, path: `/${BUCKET}/b` }),
    denied('s3:GetObject', `${bucketArn}/b`, 'with an explicit deny in an identity-based policy'),
  );
  assert.equal(
    await answer(url, { credential: reader, path: '/' }),
    notAllowed('s3:ListAllMyBuckets', '*'),
  );
});

test('whether a key is missing is told to those who may list what begins with it', async (t) => {
  const lister = role(
    allow('s3:GetObject', `${bucketArn}/*`),
    allow('s3:ListBucket', bucketArn, { StringLike: { 's3:prefix': 'open/*' } }),
  );
  const { url } = await startServer(t, { credentials: [lister] });
  const ask = (path: string, query?: Record<string, string>) =>
    answer(url, { credential: lister, path: `/${BUCKET}${path}`, ...(query && { query }) });
  assert.equal(await ask('/open/none'), '404');
  assert.equal(await ask('/none'), notAllowed('s3:ListBucket', bucketArn));
  assert.equal(await ask('', { 'list-type': '2', prefix: 'open/x' }), '200');
  const lists = [await ask('', { 'list-type': '2' }), await ask('', { prefix: 'ope' })];
  assert.deepEqual(lists, Array(2).fill(notAllowed('s3:ListBucket', bucketArn)));
});

test("a bucket's policy denies what other policies allow, and can be changed", async (t) => {
  const server = await startServer(t, { bucketPolicies: { [BUCKET]: policy(deny('s3:Put*')) } });
  const put = { method: 'PUT', body: 'x', credential: CREDENTIAL };
  assert.equal(
    await answer(server.url, put),
    'User: arn:aws:iam::111122223333:root is not authorized to perform: s3:PutObject ' +
      `on resource: "${bucketArn}/a" with an explicit deny in a resource-based policy`,
  );
  assert.equal(await answer(server.url, { credential: CREDENTIAL }), '404');
  delete server.bucketPolicies[BUCKET];
  assert.equal(await answer(server.url, put), '200');
});

test('a policy asks for the conditions of what makes an object, not of its parts', async (t) => {
  const Condition = {
    Null: { 's3:if-none-match': 'true' },
    Bool: { 's3:ObjectCreationOperation': 'true' },
  };
  const bucketPolicies = { [BUCKET]: policy(deny('s3:PutObject', Condition)) };
  const { url } = await startServer(t, { bucketPolicies });
  const path = `/${BUCKET}/a`;
  const ask = (method: string, raw: Partial<RawRequest> = {}) =>
    send(url, sign(url, { path, method, ...raw }));
  const once = { headers: { 'if-none-match': '*' } };
  const copied = (headers: Record<string, string>) => ({
    path: `/${BUCKET}/copy`,
    headers: { 'x-amz-copy-source': path, ...headers },
  });
  assert.equal((await ask('PUT', { body: 'x' })).code, 'AccessDenied');
  assert.equal((await ask('PUT', { headers: { 'if-match': '"x"' } })).code, 'AccessDenied');
  assert.equal((await ask('PUT', { body: 'x', ...once })).status, 200);
  assert.equal((await ask('PUT', { body: 'x', ...once })).code, 'PreconditionFailed');
  assert.equal((await ask('PUT', copied({}))).code, 'AccessDenied');
  assert.equal((await ask('PUT', copied(once.headers))).status, 200);

  const parts = { path: `/${BUCKET}/parts` };
  const started = await ask('POST', { ...parts, query: { uploads: '' } });
  const uploadId = /<UploadId>([^<]+)/.exec(started.body)?.[1] ?? '';
  const part = await ask('PUT', { ...parts, body: 'x', query: { uploadId, partNumber: '1' } });
  const completion = {
    ...parts,
    query: { uploadId },
    body: `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.headers.etag}</ETag></Part></CompleteMultipartUpload>`,
  };
  assert.equal((await ask('POST', completion)).code, 'AccessDenied');
  assert.equal((await ask('POST', { ...completion, ...once })).status, 200);
});

test('an entrance tells whether TLS is spoken, and through which VPC endpoint one comes', async (t) => {
  const reader = role(allow('s3:*', '*'));
  const { url, urls } = await startServer(t, {
    credentials: [reader],
    entrances: {
      plain: { secure: false },
      endpoint: { secure: true, vpcEndpoint: { id: 'vpce-1' } },
      narrow: {
        secure: true,
        vpcEndpoint: {
          id: 'vpce-2',
          policy: policy({ Effect: 'Allow', Principal: '*', Action: 's3:List*', Resource: '*' }),
        },
      },
    },
    bucketPolicies: {
      [BUCKET]: policy(
        deny('s3:*', { Bool: { 'aws:SecureTransport': 'false' } }),
        deny('s3:GetObject', {
          StringNotEquals: { 'aws:SourceVpce': ['vpce-1', 'vpce-2'] },
          ArnEquals: { 'aws:PrincipalArn': roleArn },
        }),
      ),
    },
  });
  const ask = (at: string | undefined) => answer(at ?? '', { credential: reader });
  const explicit = 'with an explicit deny in a resource-based policy';
  assert.equal(await ask(url), denied('s3:GetObject', `${bucketArn}/a`, explicit));
  assert.equal(await ask(urls.plain), denied('s3:GetObject', `${bucketArn}/a`, explicit));
  assert.equal(await ask(urls.endpoint), '404');
  const why = 'because no VPC endpoint policy allows the s3:GetObject action';
  assert.equal(await ask(urls.narrow), denied('s3:GetObject', `${bucketArn}/a`, why));
});

test("another account needs the bucket's leave, and is told nothing", async (t) => {
  const stranger = { ...role(allow('s3:*', '*')), arn: 'arn:aws:iam::444455556666:user/stranger' };
  const server = await startServer(t, { credentials: [CREDENTIAL, stranger] });
  assert.equal(await answer(server.url, { credential: stranger }), 'Access Denied');
  server.bucketPolicies[BUCKET] = policy({
    Effect: 'Allow',
    Principal: { AWS: stranger.arn },
    Action: ['s3:GetObject', 's3:ListBucket'],
    Resource: [bucketArn, `${bucketArn}/*`],
  });
  assert.equal(await answer(server.url, { credential: stranger }), '404');
});

test('a policy that cannot be evaluated is no answer of S3', async (t) => {
  const broken = role(policy({ Effect: 'Maybe', Action: 's3:*', Resource: '*' }));
  const { url } = await startServer(t, { credentials: [broken] });
  const { status, body } = await send(
    url,
    sign(url, { path: `/${BUCKET}/a`, credential: role(), method: 'GET' }),
  );
  assert.equal(status, 500);
  assert.match(body, /policies cannot be evaluated/);
});
