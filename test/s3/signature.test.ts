import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Credential, startS3Server } from './server.ts';
import { BUCKET, CREDENTIAL, startServer, temporaryFolder } from './testing/harness.ts';
import { outcome, send, sign } from './testing/raw.ts';

const DAY = 24 * 3600 * 1000;

test('the examples of the S3 API reference are verified', async (t) => {
  // "Authenticating Requests: Using the Authorization Header" and "Transferring Payload in
  // Multiple Chunks", with the credentials and the date of those pages.
  const exampleTime = Date.UTC(2013, 4, 24);
  const server = await startServer(t, {
    credentials: [
      {
        accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
        secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      },
    ],
    buckets: ['examplebucket'],
    clockOffset: exampleTime - Date.now(),
  });
  const scope = 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request';
  const chunk = (size: number, signature: string) =>
    `${size.toString(16)};chunk-signature=${signature}\r\n${'a'.repeat(size)}\r\n`;

  await t.test('a streamed body', async () => {
    const body = [
      chunk(65536, 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648'),
      chunk(1024, '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497'),
      chunk(0, 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9'),
    ].join('');
    const headers = {
      host: 's3.amazonaws.com',
      'x-amz-date': '20130524T000000Z',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      authorization: `AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class,Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9`,
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      'content-encoding': 'aws-chunked',
      'x-amz-decoded-content-length': '66560',
      'content-length': '66824',
    };
    const request = { method: 'PUT', target: '/examplebucket/chunkObject.txt', headers };
    assert.equal((await send(server.url, { ...request, body })).status, 200);
    const changed = body.replace('aaaa', 'aaab');
    assert.equal(
      (await send(server.url, { ...request, body: changed })).code,
      'SignatureDoesNotMatch',
    );
  });

  await t.test('a streamed body with a trailer', async () => {
    const trailer =
      'x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n';
    const body = [
      chunk(65536, 'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2'),
      chunk(1024, '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7'),
      '0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n',
      trailer,
    ].join('');
    const headers = {
      host: 's3.amazonaws.com',
      'x-amz-date': '20130524T000000Z',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      authorization: `AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer,Signature=106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e`,
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
      'content-encoding': 'aws-chunked',
      'x-amz-decoded-content-length': '66560',
      'x-amz-trailer': 'x-amz-checksum-crc32c',
      'content-length': `${body.length}`,
    };
    const request = { method: 'PUT', target: '/examplebucket/chunkObject.txt', headers };
    assert.equal((await send(server.url, { ...request, body })).status, 200);
    const changed = body.replace('x-amz-trailer-signature:d8', 'x-amz-trailer-signature:d9');
    assert.equal(
      (await send(server.url, { ...request, body: changed })).code,
      'SignatureDoesNotMatch',
    );
  });

  await t.test('a presigned URL', async () => {
    const target = `/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(scope)}&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404`;
    const headers = { host: 'examplebucket.s3.amazonaws.com' };
    const get = () => send(server.url, { method: 'GET', target, headers, body: '' });
    assert.equal((await get()).code, 'NoSuchKey');
    server.clock.offset += DAY + 60_000;
    assert.match((await get()).body, /<Code>AccessDenied.*Request has expired/s);
  });
});

test('a header request is refused when anything about its signature is wrong', async (t) => {
  const { url } = await startServer(t);
  const path = `/${BUCKET}/a`;
  const unknown = { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' };
  const wrongSecret = { ...CREDENTIAL, secretAccessKey: 'x' };
  const minutes = (count: number) => Date.now() + count * 60_000;
  const cases: [string, string, Parameters<typeof outcome>[1]][] = [
    ['right', '404 NoSuchKey', { path }],
    ['unknown key', '403 InvalidAccessKeyId', { path, credential: unknown }],
    ['wrong secret', '403 SignatureDoesNotMatch', { path, credential: wrongSecret }],
    ['wrong service', '400 AuthorizationHeaderMalformed', { path, service: 'ec2' }],
    ['14 minutes late', '404 NoSuchKey', { path, time: minutes(-14) }],
    ['16 minutes late', '403 RequestTimeTooSkewed', { path, time: minutes(-16) }],
    ['16 minutes early', '403 RequestTimeTooSkewed', { path, time: minutes(16) }],
    [
      'a token for a key without one',
      '400 InvalidToken',
      { path, credential: { ...CREDENTIAL, sessionToken: 'x' } },
    ],
  ];
  for (const [name, expected, request] of cases) {
    assert.equal(await outcome(url, request), expected, name);
  }
});

test('changing a request after it was signed breaks its signature', async (t) => {
  const { url } = await startServer(t);
  const signed = sign(url, {
    method: 'PUT',
    path: `/${BUCKET}/a`,
    body: 'x',
    headers: { 'x-amz-meta-a': '1' },
  });
  const outcomeOf = async (change: Partial<typeof signed>) =>
    (await send(url, { ...signed, ...change })).code;
  const { 'x-amz-meta-a': _, ...without } = signed.headers;
  assert.equal(await outcomeOf({ target: `/${BUCKET}/b` }), 'SignatureDoesNotMatch');
  assert.equal(await outcomeOf({ target: `/${BUCKET}/a?x-id=PutObject` }), 'SignatureDoesNotMatch');
  assert.equal(
    await outcomeOf({ headers: { ...signed.headers, 'x-amz-meta-a': '2' } }),
    'SignatureDoesNotMatch',
  );
  assert.equal(await outcomeOf({ headers: without }), 'SignatureDoesNotMatch');
  assert.equal(
    await outcomeOf({ headers: { ...signed.headers, 'x-amz-meta-b': '1' } }),
    'AccessDenied',
  );
  assert.equal(await outcomeOf({ body: 'y' }), 'XAmzContentSHA256Mismatch');
  assert.equal(await outcomeOf({}), undefined);
});

test('odd keys, queries and header values are canonicalised as S3 does', async (t) => {
  const { url } = await startServer(t);
  const keys = [
    'a b',
    'a+b',
    'a%20b',
    'ü/€/😀',
    'a//b',
    '/a',
    '..',
    '../a',
    "!'()*~-_.",
    '&=?#',
    ' ',
  ];
  for (const key of keys) {
    const path = `/${BUCKET}/${key}`;
    const headers = { 'x-amz-meta-spaced': 'a   b    c' };
    assert.equal(await outcome(url, { method: 'PUT', path, body: key, headers }), '200', key);
    assert.equal((await send(url, sign(url, { path }))).body, key);
  }
  const query = { prefix: 'a+b c/ü', 'list-type': '2', delimiter: '', 'start-after': '&=' };
  assert.equal(await outcome(url, { path: `/${BUCKET}`, query }), '200');
});

test('requests without a valid mechanism are refused', async (t) => {
  const { url } = await startServer(t);
  const get = async (headers: Record<string, string>, target = `/${BUCKET}/a`) => {
    const { status, code } = await send(url, { method: 'GET', target, headers, body: '' });
    return `${status} ${code}`;
  };
  const signed = sign(url, { path: `/${BUCKET}/a` }).headers;
  const { 'x-amz-content-sha256': _, ...unhashed } = signed;
  assert.equal(await get({}), '403 AccessDenied');
  assert.equal(await get({ authorization: 'AWS AKIA:signature' }), '400 InvalidRequest');
  assert.equal(
    await get({ authorization: 'AWS4-HMAC-SHA256 Credential=x' }),
    '400 AuthorizationHeaderMalformed',
  );
  assert.equal(await get(unhashed), '400 InvalidRequest');
  assert.equal(
    await get(signed, `/${BUCKET}/a?X-Amz-Algorithm=AWS4-HMAC-SHA256`),
    '400 InvalidArgument',
  );
  assert.equal(await get({}, `/${BUCKET}/%ff`), '400 InvalidURI');
});

test('session tokens are checked and expire', async (t) => {
  const expires = Date.now() + DAY;
  const temporary: Credential = { ...CREDENTIAL, sessionToken: 'token', expires };
  const server = await startServer(t, { credentials: [temporary] });
  const path = `/${BUCKET}/a`;
  const ask = (credential: Credential, time?: number) =>
    outcome(server.url, { path, credential, ...(time !== undefined && { time }) });
  assert.equal(await ask(temporary), '404 NoSuchKey');
  assert.equal(await ask({ ...temporary, sessionToken: 'other' }), '400 InvalidToken');
  assert.equal(await ask(CREDENTIAL), '403 InvalidAccessKeyId');
  server.clock.offset = DAY + 1000;
  assert.equal(await ask(temporary, expires + 1000), '400 ExpiredToken');
});

test('presigned URLs are good until they expire, and only for what was signed', async (t) => {
  const server = await startServer(t);
  const { url } = server;
  const path = `/${BUCKET}/a`;
  assert.equal(await outcome(url, { method: 'PUT', path, body: 'x', expires: 60 }), '200');
  assert.equal(await outcome(url, { path, expires: 60 }), '200');
  assert.equal(
    await outcome(url, { path, expires: 60, time: Date.now() - 61_000 }),
    '403 AccessDenied',
  );
  assert.equal(
    await outcome(url, { path, expires: 60, time: Date.now() + 16 * 60_000 }),
    '403 AccessDenied',
  );
  assert.equal(
    await outcome(url, { path, expires: 604_801 }),
    '400 AuthorizationQueryParametersError',
  );
  const { method, target, headers, body } = sign(url, { path, expires: 60 });
  const altered = target.replace('X-Amz-Expires=60', 'X-Amz-Expires=600');
  assert.equal(
    (await send(url, { method, target: altered, headers, body })).code,
    'SignatureDoesNotMatch',
  );
  assert.equal(
    (await send(url, { method: 'PUT', target, headers, body })).code,
    'SignatureDoesNotMatch',
  );
});

test('regions', async (t) => {
  const server = await startS3Server({
    folder: temporaryFolder(t),
    region: 'eu-west-1',
    credentials: [CREDENTIAL],
    buckets: [BUCKET, { name: 'far-away', region: 'ap-south-1' }],
  });
  t.after(() => server.close());
  const ask = async (bucket: string, region: string, method = 'GET') =>
    send(server.url, sign(server.url, { method, path: `/${bucket}/a`, region }));
  assert.equal((await ask(BUCKET, 'eu-west-1')).code, 'NoSuchKey');
  const wrong = await ask(BUCKET, 'us-east-1');
  assert.equal(wrong.code, 'AuthorizationHeaderMalformed');
  assert.match(wrong.body, /<Region>eu-west-1<\/Region>/);
  const redirect = await ask('far-away', 'eu-west-1');
  assert.equal(redirect.status, 301);
  assert.equal(redirect.code, 'PermanentRedirect');
  assert.equal(redirect.headers['x-amz-bucket-region'], 'ap-south-1');
  const head = await ask('far-away', 'eu-west-1', 'HEAD');
  assert.deepEqual([head.status, head.body], [301, '']);
  assert.equal((await ask('far-away', 'ap-south-1')).code, 'NoSuchKey');
});
