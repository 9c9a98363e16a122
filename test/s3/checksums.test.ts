import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import {
  type ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { CHECKSUM_ALGORITHMS, checksumProperties } from './body/checksum/algorithms.ts';
import { BUCKET, sdkClient, startServer } from './testing/harness.ts';
import { outcome, type RawRequest, send, sign } from './testing/raw.ts';

const Bucket = BUCKET;
const path = `/${BUCKET}/a`;
const NUMBERS = Buffer.from('123456789');

/** Of `123456789`: the check values of the CRC catalogue (Greg Cook), and known hashes. */
const CHECKS: Record<string, string> = {
  CRC32: 'cbf43926',
  CRC32C: 'e3069283',
  CRC64NVME: 'ae8b14860a799888',
  SHA1: 'f7c3bc1d808e04732adf679965ccc34ca7ae3441',
  SHA256: '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225',
};

test('every algorithm gives its known value, however the bytes are cut', () => {
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const { create, length } = checksumProperties(algorithm);
    for (const cut of [0, 1, 8, 9]) {
      const hasher = create();
      hasher.update(NUMBERS.subarray(0, cut));
      hasher.update(NUMBERS.subarray(cut));
      const digest = hasher.digest();
      assert.equal(digest.toString('hex'), CHECKS[algorithm], `${algorithm} cut at ${cut}`);
      assert.equal(digest.length, length);
    }
  }
});

test('the CRC of two pieces together is combined from theirs', () => {
  const bytes = randomBytes(100_000);
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const { create, combiner } = checksumProperties(algorithm);
    const combine = combiner?.();
    if (!combine) continue;
    const crc = (piece: Buffer) => {
      const hasher = create();
      hasher.update(piece);
      return BigInt(`0x${hasher.digest().toString('hex')}`);
    };
    for (const cut of [0, 1, 77_777, bytes.length]) {
      const [first, second] = [bytes.subarray(0, cut), bytes.subarray(cut)];
      assert.equal(combine.combine(crc(first), crc(second), second.length), crc(bytes), algorithm);
    }
  }
});

test('a checksum header is verified, kept and given back when asked for', async (t) => {
  const { url } = await startServer(t);
  const put = (headers: Record<string, string>) =>
    outcome(url, { method: 'PUT', path, body: NUMBERS, headers });
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const name = `x-amz-checksum-${algorithm.toLowerCase()}`;
    const value = Buffer.from(CHECKS[algorithm] ?? '', 'hex').toString('base64');
    const wrong = Buffer.from(value, 'base64').fill(1).toString('base64');
    assert.equal(await put({ [name]: wrong }), '400 BadDigest', algorithm);
    assert.equal(await put({ [name]: 'AAA=' }), '400 InvalidRequest', algorithm);
    assert.equal(await put({ [name]: value }), '200', algorithm);
    const asked = { 'x-amz-checksum-mode': 'ENABLED' };
    const get = async (headers: Record<string, string>) =>
      (await send(url, sign(url, { path, headers }))).headers[name];
    assert.equal(await get(asked), value);
    assert.equal(await get({}), undefined);
    assert.equal(await get({ ...asked, range: 'bytes=0-1' }), undefined);
  }
  const crc = Buffer.from(CHECKS.CRC32 ?? '', 'hex').toString('base64');
  const two = { 'x-amz-checksum-crc32': crc, 'x-amz-checksum-crc32c': crc };
  assert.equal(await put(two), '400 InvalidRequest');
  assert.equal(await put({ 'x-amz-sdk-checksum-algorithm': 'SHA256' }), '400 InvalidRequest');
});

test('Content-MD5 is verified', async (t) => {
  const { url } = await startServer(t);
  const put = (value: string) =>
    outcome(url, { method: 'PUT', path, body: NUMBERS, headers: { 'content-md5': value } });
  const md5 = createHash('md5').update(NUMBERS).digest('base64');
  assert.equal(await put(md5), '200');
  assert.equal(await put(md5.replace(/^./, 'A')), '400 BadDigest');
  assert.equal(await put('short'), '400 InvalidDigest');
});

test('the framing and the trailers of aws-chunked are verified', async (t) => {
  const { url } = await startServer(t);
  const put = (body: string, headers: Record<string, string> = {}) => {
    const request: RawRequest = {
      method: 'PUT',
      path,
      body,
      payloadHash: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      headers: {
        'content-encoding': 'aws-chunked',
        'x-amz-decoded-content-length': '9',
        'x-amz-trailer': 'x-amz-checksum-crc32',
        ...headers,
      },
    };
    return outcome(url, request);
  };
  const crc = Buffer.from(CHECKS.CRC32 ?? '', 'hex').toString('base64');
  const good = `9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:${crc}\r\n\r\n`;
  assert.equal(await put(good), '200');
  assert.equal(await put(good.replace('123', '124')), '400 BadDigest');
  assert.equal(
    await put(good.replace('x-amz-checksum-crc32', 'x-amz-checksum-sha1')),
    '400 MalformedTrailerError',
  );
  assert.equal(await put(good, { 'x-amz-decoded-content-length': '8' }), '400 IncompleteBody');
  assert.equal(await put(good.slice(0, -2)), '400 IncompleteBody');
  assert.equal(await put(good.replace('9\r\n', 'A\r\n')), '400 IncompleteBody');
  assert.equal(await put(`${good}x`), '400 IncompleteBody');
  const small = `4\r\n1234\r\n5\r\n56789\r\n0\r\nx-amz-checksum-crc32:${crc}\r\n\r\n`;
  assert.equal(await put(small), '403 InvalidChunkSizeError');
  const head = await send(url, sign(url, { method: 'HEAD', path }));
  assert.equal(head.headers['content-encoding'], undefined);
});

test('the SDK sends checksums by default, with every algorithm, and only when required', async (t) => {
  const server = await startServer(t);
  const body = randomBytes(200_000);
  const stream = () => Readable.from([body.subarray(0, 70_000), body.subarray(70_000)]);
  const check = async (
    s3: ReturnType<typeof sdkClient>,
    Body: Buffer | Readable,
    extra: object,
  ) => {
    await s3.send(
      new PutObjectCommand({ Bucket, Key: 'a', Body, ContentLength: body.length, ...extra }),
    );
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'a', ChecksumMode: 'ENABLED' }));
    assert.ok(body.equals((await got.Body?.transformToByteArray()) ?? Buffer.alloc(0)));
    return got;
  };
  const s3 = sdkClient(t, server);
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(body));
  for (const Body of [body, stream()]) {
    assert.equal((await check(s3, Body, {})).ChecksumCRC32, crc.toString('base64'));
  }
  const sha = await check(s3, stream(), { ChecksumAlgorithm: 'SHA256' });
  assert.equal(sha.ChecksumSHA256, createHash('sha256').update(body).digest('base64'));
  assert.ok((await check(s3, stream(), { ChecksumAlgorithm: 'CRC32C' })).ChecksumCRC32C);
  assert.ok((await check(s3, stream(), { ChecksumAlgorithm: 'SHA1' })).ChecksumSHA1);
  const frugal = sdkClient(t, server, {
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  assert.equal((await check(frugal, stream(), {})).ChecksumCRC32, undefined);
  assert.equal(
    server.requests.count(({ status }) => status !== 200),
    0,
  );
});

test('the checksum of a multipart upload is joined from those of its parts', async (t) => {
  const s3 = sdkClient(t, await startServer(t));
  const pieces = [randomBytes(5 * 1024 * 1024), randomBytes(1234)];
  const upload = async (
    algorithm: ChecksumAlgorithm,
    ChecksumType?: 'FULL_OBJECT' | 'COMPOSITE',
  ) => {
    const target = { Bucket, Key: 'a' };
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm: algorithm, ChecksumType }),
    );
    const Parts = [];
    for (const [index, Body] of pieces.entries()) {
      const PartNumber = index + 1;
      const part = { ...target, UploadId, PartNumber, Body, ChecksumAlgorithm: algorithm };
      const {
        $metadata: _,
        ServerSideEncryption: __,
        ...names
      } = await s3.send(new UploadPartCommand(part));
      Parts.push({ ...names, PartNumber });
    }
    const completed = { ...target, UploadId, ChecksumType, MultipartUpload: { Parts } };
    await s3.send(new CompleteMultipartUploadCommand(completed));
    return s3.send(new HeadObjectCommand({ ...target, ChecksumMode: 'ENABLED' }));
  };
  const full = Buffer.alloc(4);
  full.writeUInt32BE(crc32(Buffer.concat(pieces)));
  const fullObject = await upload('CRC32', 'FULL_OBJECT');
  assert.deepEqual(
    [fullObject.ChecksumCRC32, fullObject.ChecksumType],
    [full.toString('base64'), 'FULL_OBJECT'],
  );
  const digests = pieces.map((piece) => createHash('sha256').update(piece).digest());
  const composite = createHash('sha256').update(Buffer.concat(digests)).digest('base64');
  const sha = await upload('SHA256');
  assert.deepEqual([sha.ChecksumSHA256, sha.ChecksumType], [`${composite}-2`, 'COMPOSITE']);
});
