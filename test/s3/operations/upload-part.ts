import { checksumHeader } from '../body/checksum/algorithms.ts';
import { S3Error } from '../errors.ts';
import { emptyAnswer } from '../http/answer.ts';
import type { Bucket } from '../storage/bucket.ts';
import { wholeSeconds } from '../storage/object.ts';
import type { Part, Upload } from '../storage/uploads.ts';
import { requireBodyLength } from './body-length.ts';
import type { Call } from './call.ts';
import { ENCRYPTION, quoted } from './object-headers.ts';
import type { Operation } from './operation.ts';
import { partNumberOf, uploadOf } from './uploads.ts';

export const uploadPart: Operation = {
  name: 'UploadPart',
  action: 's3:PutObject',
  query: ['partNumber', 'uploadId'],
  async run(call) {
    const number = partNumberOf(call);
    const bucket = call.bucket();
    uploadOf(call, bucket);
    requireBodyLength(call.headers);
    const segment = await bucket.files.write(call.payload);
    const { checksum, md5 } = call.payload;
    const lastModified = wholeSeconds(call.clock.now());
    keepPart(call, bucket, { number, etag: md5, segment, lastModified, checksum });
    return emptyAnswer(200, {
      etag: quoted(md5),
      ...ENCRYPTION,
      ...(checksum && { [checksumHeader(checksum.algorithm)]: checksum.value }),
    });
  },
};

/**
 * Adds a part whose bytes are written; removes them again if its upload has ended in the
 * meantime, or the part lacks the checksum that its upload was created with.
 */
export function keepPart(call: Call, bucket: Bucket, part: Part): void {
  try {
    const upload = uploadOf(call, bucket);
    requireChecksum(upload, part);
    bucket.uploads.putPart(upload, part);
  } catch (error) {
    bucket.files.remove([part.segment]);
    throw error;
  }
}

function requireChecksum(upload: Upload, part: Part): void {
  if (!upload.checksum || part.checksum?.algorithm === upload.checksum.algorithm) return;
  const expected = upload.checksum.algorithm.toLowerCase();
  const actual = part.checksum?.algorithm.toLowerCase() ?? 'null';
  throw new S3Error('InvalidRequest', {
    message: `Checksum Type mismatch occurred, expected checksum Type: ${expected}, actual checksum Type: ${actual}`,
  });
}
