import { createHash } from 'node:crypto';
import { collect } from '../body/collect.ts';
import { S3Error } from '../errors.ts';
import { type Answer, xmlAnswer } from '../http/answer.ts';
import { type StoredObject, wholeSeconds } from '../storage/object.ts';
import type { Part, Upload } from '../storage/uploads.ts';
import type { Call } from './call.ts';
import { checksumElements } from './checksum-elements.ts';
import { writeCondition } from './conditions.ts';
import { joinedChecksum } from './multipart-checksum.ts';
import { ENCRYPTION, quoted } from './object-headers.ts';
import type { Operation } from './operation.ts';
import { type NamedPart, readPartList } from './part-list.ts';
import { uploadOf } from './uploads.ts';

/** Bytes of every part but the last. */
const MIN_PART_SIZE = 5 * 1024 * 1024;

/** Room for 10,000 parts with their checksums. */
const MAX_BODY_SIZE = 8 * 1024 * 1024;

export const completeMultipartUpload: Operation = {
  name: 'CompleteMultipartUpload',
  action: 's3:PutObject',
  createsObject: true,
  query: ['uploadId'],
  claimsObjectChecksum: true,
  async run(call) {
    const condition = writeCondition(call.headers);
    if (call.headers.has('if-match')) await call.permit('s3:GetObject');
    const bucket = call.bucket();
    const id = call.query.get('uploadId') ?? '';
    const existing = bucket.get(call.request.key);
    // S3 answers a completion that is asked for again as it did the first time.
    if (existing?.uploadId === id) return describe(call, existing);
    uploadOf(call, bucket);
    const named = readPartList((await collect(call.payload, MAX_BODY_SIZE)).toString());
    const upload = uploadOf(call, bucket);
    const object = join(call, upload, findParts(upload, named));
    bucket.put(object, condition);
    bucket.uploads.remove(upload, object.segments);
    return describe(call, object);
  },
};

function describe(call: Call, object: StoredObject): Answer {
  return xmlAnswer(
    'CompleteMultipartUploadResult',
    [
      ['Location', `http://${call.headers.get('host')}${call.request.path}`],
      ['Bucket', call.request.bucket],
      ['Key', object.key],
      ['ETag', quoted(object.etag)],
      ...checksumElements(object.checksum),
    ],
    ENCRYPTION,
  );
}

function findParts(upload: Upload, named: readonly NamedPart[]): Part[] {
  return named.map(({ number, etag, checksums }, index) => {
    const part = upload.parts.get(number);
    const claimed = part?.checksum && checksums.get(part.checksum.algorithm);
    if (part?.etag !== etag || (claimed !== undefined && claimed !== part.checksum?.value)) {
      throw new S3Error('InvalidPart', {
        details: { UploadId: upload.id, PartNumber: `${number}`, ETag: etag },
      });
    }
    if (upload.checksum?.type === 'COMPOSITE' && claimed === undefined) {
      const algorithm = upload.checksum.algorithm.toLowerCase();
      throw new S3Error('InvalidRequest', {
        message: `The upload was created using a ${algorithm} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
      });
    }
    if (part.segment.size < MIN_PART_SIZE && index < named.length - 1) {
      throw new S3Error('EntityTooSmall', {
        details: {
          ProposedSize: `${part.segment.size}`,
          MinSizeAllowed: `${MIN_PART_SIZE}`,
          PartNumber: `${number}`,
          ETag: part.etag,
        },
      });
    }
    return part;
  });
}

function join(call: Call, upload: Upload, parts: readonly Part[]): StoredObject {
  const size = parts.reduce((sum, { segment }) => sum + segment.size, 0);
  const announced = call.headers.get('x-amz-mp-object-size');
  if (announced !== undefined && announced !== `${size}`) {
    throw new S3Error('InvalidRequest', {
      message: `The provided 'x-amz-mp-object-size' header value ${announced} does not match what was computed: ${size}`,
    });
  }
  const hash = createHash('md5');
  for (const { etag } of parts) hash.update(etag, 'hex');
  const { headers, metadata, storageClass, key } = upload;
  return {
    headers,
    metadata,
    storageClass,
    key,
    etag: `${hash.digest('hex')}-${parts.length}`,
    size,
    lastModified: wholeSeconds(call.clock.now()),
    segments: parts.map(({ segment }) => segment),
    checksum: joinedChecksum(upload, parts, call.headers),
    uploadId: upload.id,
  };
}
