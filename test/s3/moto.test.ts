import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { sdkClient, startServer } from './testing/harness.ts';
import { startMoto } from './testing/moto.ts';
import { isInstalled } from './testing/programs.ts';

/**
 * Where moto is known to answer otherwise than Amazon S3 does: in which fields of the answer,
 * or in all of it, and why this server differs on purpose.
 */
const MOTO_IS_WRONG: Record<string, { fields: string[] | 'all'; reason: string }> = {
  'list encoded': { fields: ['Contents'], reason: 'S3 encodes a space as +, moto as %20' },
  'list v1': {
    fields: ['NextMarker', 'CommonPrefixes', 'Marker', 'Prefix'],
    reason: 'common prefixes count for max-keys; NextMarker is a key; an empty Prefix is given',
  },
  'copy another': { fields: 'all', reason: 'moto ignores x-amz-copy-source-if-match' },
  'complete in disorder': { fields: 'all', reason: 'S3 checks the order before the sizes' },
  complete: { fields: ['VersionId'], reason: 'the bucket has no versions' },
  'complete again': { fields: ['VersionId'], reason: 'the bucket has no versions' },
  'get part': { fields: 'all', reason: 'moto ignores the part number of a get' },
};

interface Answer {
  $metadata: { httpStatusCode?: number };
  Body?: { transformToByteArray(): Promise<Uint8Array> };
  UploadId?: string;
  ETag?: string;
  ChecksumCRC32?: string;
}

/** Everything that one server answers, by step. */
async function session(s3: S3Client): Promise<Map<string, unknown>> {
  const seen = new Map<string, unknown>();
  const MIN = 5 * 1024 * 1024;
  const Bucket = 'compared';
  const send = s3.send.bind(s3) as unknown as (command: object) => Promise<Answer>;
  const step = async (name: string, command: object): Promise<Partial<Answer>> => {
    try {
      const { $metadata, Body, ...answer } = await send(command);
      const body = Body === undefined ? {} : { body: (await Body.transformToByteArray()).length };
      seen.set(name, {
        status: $metadata.httpStatusCode,
        ...(comparable(answer) as object),
        ...body,
      });
      return answer;
    } catch (error) {
      const { name: code, $metadata } = error as Error & { $metadata?: { httpStatusCode: number } };
      seen.set(name, `${$metadata?.httpStatusCode} ${code}`);
      return {};
    }
  };
  const put = (Key: string, more: object = {}) =>
    new PutObjectCommand({ Bucket, Key, Body: 'hello', ...more });

  await step('get without a bucket', new GetObjectCommand({ Bucket, Key: 'a' }));
  await step('create bucket', new CreateBucketCommand({ Bucket }));
  await step('head bucket', new HeadBucketCommand({ Bucket }));
  await step('location', new GetBucketLocationCommand({ Bucket }));
  await step('buckets', new ListBucketsCommand({}));
  await step('put', put('a', { Metadata: { x: '1' }, ContentType: 'text/plain' }));
  await step('get', new GetObjectCommand({ Bucket, Key: 'a' }));
  await step('head', new HeadObjectCommand({ Bucket, Key: 'a' }));
  await step('get nothing', new GetObjectCommand({ Bucket, Key: 'none' }));
  await step('head nothing', new HeadObjectCommand({ Bucket, Key: 'none' }));
  for (const Range of ['bytes=1-3', 'bytes=2-', 'bytes=-2', 'bytes=5-', 'bytes=0-99']) {
    await step(`range ${Range}`, new GetObjectCommand({ Bucket, Key: 'a', Range }));
  }
  const ETag = '"5d41402abc4b2a76b9719d911017c592"';
  await step('if-match', new GetObjectCommand({ Bucket, Key: 'a', IfMatch: ETag }));
  await step('if-match another', new GetObjectCommand({ Bucket, Key: 'a', IfMatch: '"x"' }));
  await step('if-none-match', new GetObjectCommand({ Bucket, Key: 'a', IfNoneMatch: ETag }));
  await step('create only, taken', put('a', { IfNoneMatch: '*' }));
  await step('create only, free', put('b', { IfNoneMatch: '*' }));
  await step('replace, matching', put('a', { IfMatch: ETag }));
  await step('replace, not matching', put('a', { IfMatch: '"x"' }));
  await step('replace nothing', put('none', { IfMatch: ETag }));

  for (const Key of ['x/1', 'x/2', 'x/y/3', 'x0', 'é', '😀', '\uff5e', 'with space+plus']) {
    await step(`put ${Key}`, put(Key));
  }
  await step('list', new ListObjectsV2Command({ Bucket }));
  await step('list prefix', new ListObjectsV2Command({ Bucket, Prefix: 'x/' }));
  await step('list delimiter', new ListObjectsV2Command({ Bucket, Delimiter: '/' }));
  await step('list both', new ListObjectsV2Command({ Bucket, Delimiter: '/', Prefix: 'x/' }));
  await step('list after', new ListObjectsV2Command({ Bucket, StartAfter: 'x/2' }));
  await step('list page', new ListObjectsV2Command({ Bucket, MaxKeys: 2 }));
  await step(
    'list encoded',
    new ListObjectsV2Command({ Bucket, EncodingType: 'url', Prefix: 'w' }),
  );
  await step('list v1', new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 3 }));

  await step('copy', new CopyObjectCommand({ Bucket, Key: 'c', CopySource: `${Bucket}/a` }));
  await step(
    'copy nothing',
    new CopyObjectCommand({ Bucket, Key: 'c', CopySource: `${Bucket}/none` }),
  );
  const ifMatch = { CopySourceIfMatch: '"x"' };
  await step(
    'copy another',
    new CopyObjectCommand({ Bucket, Key: 'c', CopySource: `${Bucket}/a`, ...ifMatch }),
  );
  await step(
    'copy onto itself',
    new CopyObjectCommand({ Bucket, Key: 'a', CopySource: `${Bucket}/a` }),
  );

  const { UploadId } = await step(
    'create upload',
    new CreateMultipartUploadCommand({ Bucket, Key: 'm' }),
  );
  const upload = { Bucket, Key: 'm', UploadId };
  const part = async (PartNumber: number, Body: Buffer) => {
    const answer = await step(
      `part ${PartNumber}`,
      new UploadPartCommand({ ...upload, PartNumber, Body }),
    );
    return { PartNumber, ETag: answer.ETag, ChecksumCRC32: answer.ChecksumCRC32 };
  };
  const one = await part(1, Buffer.alloc(MIN, 1));
  const two = await part(2, Buffer.from('end'));
  const copy = { PartNumber: 3, CopySource: `${Bucket}/a`, CopySourceRange: 'bytes=1-3' };
  await step('part copy', new UploadPartCopyCommand({ ...upload, ...copy }));
  await part(10_001, Buffer.from('x'));
  await step('parts', new ListPartsCommand(upload));
  const complete = (...Parts: object[]) =>
    new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } });
  await step('complete in disorder', complete(two, one));
  await step('complete with a wrong part', complete(one, { ...two, ETag: '"x"' }));
  await step('complete', complete(one, two));
  await step('complete again', complete(one, two));
  await step('head joined', new HeadObjectCommand({ Bucket, Key: 'm' }));
  await step('get part', new GetObjectCommand({ Bucket, Key: 'm', PartNumber: 2 }));
  await step('abort', new AbortMultipartUploadCommand(upload));

  await step('delete nothing', new DeleteObjectCommand({ Bucket, Key: 'none' }));
  await step('delete another', new DeleteObjectCommand({ Bucket, Key: 'a', IfMatch: '"x"' }));
  await step(
    'delete nothing, matching',
    new DeleteObjectCommand({ Bucket, Key: 'none', IfMatch: ETag }),
  );
  await step('delete', new DeleteObjectCommand({ Bucket, Key: 'a' }));
  await step('delete full bucket', new DeleteBucketCommand({ Bucket }));
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));
  const Objects = [...(Contents ?? []).map(({ Key }) => ({ Key })), { Key: 'none' }];
  await step('delete all', new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  await step('delete bucket', new DeleteBucketCommand({ Bucket }));
  await step('delete bucket again', new DeleteBucketCommand({ Bucket }));
  return seen;
}

/** Fields that are either never the same, or that one server gives and the other need not. */
const INCOMPARABLE = [
  'AcceptRanges',
  'BucketArn',
  'BucketRegion',
  'ChecksumAlgorithm',
  'ChecksumType',
  'CreationDate',
  'DisplayName',
  'ID',
  'Initiator',
  'LastModified',
  'Location',
  'NextContinuationToken',
  'Owner',
  'ServerSideEncryption',
  'UploadId',
];

function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  const kept = Object.entries(value).filter(
    ([name, field]) =>
      field !== undefined && !INCOMPARABLE.includes(name) && !name.startsWith('Checksum'),
  );
  return Object.fromEntries(kept.map(([name, field]) => [name, comparable(field)]));
}

test('the same operations are answered as moto answers them', async (t) => {
  if (!(await isInstalled('moto_server'))) return t.skip('moto_server is not installed');
  const [url, server] = await Promise.all([startMoto(t), startServer(t, { buckets: [] })]);
  const theirs = await session(sdkClient(t, { url }));
  const ours = await session(sdkClient(t, server));
  assert.deepEqual([...ours.keys()], [...theirs.keys()]);
  for (const [name, answer] of ours) {
    const known = MOTO_IS_WRONG[name];
    const other = theirs.get(name);
    if (known) assert.notDeepEqual(answer, other, `${name}: moto is right now`);
    const fields = known?.fields ?? [];
    if (fields !== 'all') assert.deepEqual(without(answer, fields), without(other, fields), name);
  }
});

function without(answer: unknown, fields: readonly string[]): unknown {
  if (typeof answer !== 'object' || answer === null) return answer;
  return Object.fromEntries(Object.entries(answer).filter(([name]) => !fields.includes(name)));
}
