import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { BUCKET, refusal, sdkClient, startServer } from './testing/harness.ts';

const Bucket = BUCKET;
const Key = 'big';
const MIN = 5 * 1024 * 1024;

/** Multipart uploads by hand, so that each step can be made wrong. */
async function uploader(t: TestContext) {
  const s3 = sdkClient(t, await startServer(t));
  const create = async () => {
    const created = new CreateMultipartUploadCommand({ Bucket, Key, Metadata: { a: '1' } });
    return (await s3.send(created)).UploadId;
  };
  const put = async (
    UploadId: string | undefined,
    PartNumber: number,
    Body: Buffer,
  ): Promise<CompletedPart> => {
    const { ETag, ChecksumCRC32 } = await s3.send(
      new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }),
    );
    return { PartNumber, ETag, ChecksumCRC32 };
  };
  const complete = (UploadId: string | undefined, Parts: CompletedPart[]) =>
    s3.send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
    );
  return { s3, create, put, complete };
}

const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest();

test('parts become an object, in the order of their numbers', async (t) => {
  const { s3, create, put, complete } = await uploader(t);
  const id = await create();
  const [one, two, last] = [Buffer.alloc(MIN, 1), Buffer.alloc(MIN, 2), Buffer.from('last')];
  const parts = [
    await put(id, 900, last),
    await put(id, 7, Buffer.alloc(MIN, 9)),
    await put(id, 20, two),
  ];
  parts[1] = await put(id, 7, one);
  const [third = assert.fail(), first = assert.fail(), second = assert.fail()] = parts;
  const completed = await complete(id, [first, second, third]);
  const etag = createHash('md5')
    .update(Buffer.concat([one, two, last].map(md5)))
    .digest('hex');
  assert.equal(completed.ETag, `"${etag}-3"`);
  const { Body, ContentLength, Metadata } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  assert.ok(
    Buffer.concat([one, two, last]).equals((await Body?.transformToByteArray()) ?? Buffer.alloc(0)),
  );
  assert.equal(ContentLength, 2 * MIN + 4);
  assert.deepEqual(Metadata, { a: '1' });
  const across = await s3.send(
    new GetObjectCommand({ Bucket, Key, Range: `bytes=${MIN - 1}-${MIN}` }),
  );
  assert.deepEqual(await across.Body?.transformToByteArray(), new Uint8Array([1, 2]));
  const part = await s3.send(new GetObjectCommand({ Bucket, Key, PartNumber: 3 }));
  assert.equal(await part.Body?.transformToString(), 'last');
  assert.deepEqual(
    [part.PartsCount, part.ContentRange],
    [3, `bytes ${2 * MIN}-${2 * MIN + 3}/${2 * MIN + 4}`],
  );
});

test('a completion that is repeated, as after a lost answer, succeeds again', async (t) => {
  const { s3, create, put, complete } = await uploader(t);
  const id = await create();
  const parts = [await put(id, 1, Buffer.from('x'))];
  const { ETag } = await complete(id, parts);
  assert.equal((await complete(id, parts)).ETag, ETag);
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'newer' }));
  assert.equal(await refusal(complete(id, parts)), '404 NoSuchUpload');
});

test('what is wrong with a completion', async (t) => {
  const { s3, create, put, complete } = await uploader(t);
  const id = await create();
  const [one, two] = [await put(id, 1, Buffer.alloc(MIN - 1)), await put(id, 2, Buffer.from('x'))];
  assert.equal(await refusal(complete(id, [two, one])), '400 InvalidPartOrder');
  assert.equal(await refusal(complete(id, [one, one])), '400 InvalidPartOrder');
  assert.equal(await refusal(complete(id, [one, two])), '400 EntityTooSmall');
  assert.equal(await refusal(complete(id, [])), '400 MalformedXML');
  assert.equal(await refusal(complete(id, [{ ...one, ETag: two.ETag }])), '400 InvalidPart');
  assert.equal(await refusal(complete(id, [{ ...one, PartNumber: 3 }])), '400 InvalidPart');
  assert.equal(
    await refusal(complete(id, [{ ...one, ChecksumCRC32: 'AAAAAA==' }])),
    '400 InvalidPart',
  );
  assert.equal(await refusal(complete('no-upload', [one])), '404 NoSuchUpload');
  assert.equal(await refusal(put(id, 0, Buffer.from('x'))), '400 InvalidArgument');
  assert.equal(await refusal(put(id, 10_001, Buffer.from('x'))), '400 InvalidArgument');
  assert.equal(await refusal(put('no-upload', 1, Buffer.from('x'))), '404 NoSuchUpload');
  assert.equal(await refusal(s3.send(new HeadObjectCommand({ Bucket, Key }))), '404 NotFound');
  await complete(id, [one]);
});

test('an aborted upload is gone', async (t) => {
  const { s3, create, put } = await uploader(t);
  const UploadId = await create();
  await put(UploadId, 1, Buffer.from('x'));
  const abort = () => s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  await abort();
  assert.equal(await refusal(abort()), '404 NoSuchUpload');
  assert.equal(
    await refusal(s3.send(new ListPartsCommand({ Bucket, Key, UploadId }))),
    '404 NoSuchUpload',
  );
  assert.equal(await refusal(put(UploadId, 1, Buffer.from('x'))), '404 NoSuchUpload');
});

test('parts and uploads are listed in pages', async (t) => {
  const { s3, create, put } = await uploader(t);
  const UploadId = await create();
  for (const number of [3, 1, 2]) await put(UploadId, number, Buffer.from('x'.repeat(number)));
  const parts = (options: object) =>
    s3.send(new ListPartsCommand({ Bucket, Key, UploadId, ...options }));
  const first = await parts({ MaxParts: 2 });
  assert.deepEqual(
    first.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size]),
    [
      [1, 1],
      [2, 2],
    ],
  );
  assert.deepEqual([first.IsTruncated, first.NextPartNumberMarker], [true, '2']);
  const rest = await parts({ PartNumberMarker: '2' });
  assert.deepEqual(
    rest.Parts?.map(({ PartNumber }) => PartNumber),
    [3],
  );
  assert.equal(rest.IsTruncated, false);

  const other = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'another' }));
  const uploads = (options: object) =>
    s3.send(new ListMultipartUploadsCommand({ Bucket, ...options }));
  const page = await uploads({ MaxUploads: 1 });
  assert.deepEqual(
    page.Uploads?.map((upload) => upload.UploadId),
    [other.UploadId],
  );
  const { NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page;
  const next = await uploads({ KeyMarker, UploadIdMarker });
  assert.deepEqual(
    next.Uploads?.map((upload) => [upload.Key, upload.UploadId]),
    [[Key, UploadId]],
  );
  const prefixed = await uploads({ Prefix: 'bi' });
  assert.deepEqual(
    prefixed.Uploads?.map((upload) => upload.Key),
    [Key],
  );
});

test('parts copied from other objects', async (t) => {
  const { s3, create, complete } = await uploader(t);
  const source = Buffer.concat([Buffer.alloc(MIN, 1), Buffer.from('0123456789')]);
  await s3.send(new PutObjectCommand({ Bucket, Key: 'source', Body: source }));
  const UploadId = await create();
  const copy = async (PartNumber: number, CopySourceRange?: string): Promise<CompletedPart> => {
    const options = {
      Bucket,
      Key,
      UploadId,
      PartNumber,
      CopySource: `${BUCKET}/source`,
      CopySourceRange,
    };
    const { CopyPartResult } = await s3.send(new UploadPartCopyCommand(options));
    return { PartNumber, ETag: CopyPartResult?.ETag, ChecksumCRC32: CopyPartResult?.ChecksumCRC32 };
  };
  const parts = [await copy(1), await copy(2, `bytes=${MIN}-${MIN + 4}`)];
  assert.equal(parts[1]?.ETag, `"${md5(Buffer.from('01234')).toString('hex')}"`);
  assert.equal(await refusal(copy(3, `bytes=0-${source.length}`)), '400 InvalidArgument');
  assert.equal(await refusal(copy(3, 'bytes=0-')), '400 InvalidArgument');
  await complete(UploadId, parts);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, Range: `bytes=${MIN + 8}-` }));
  assert.equal(await Body?.transformToString(), '8901234');
});
