import { invalidArgument, S3Error } from '../errors.ts';
import type { Bucket } from '../storage/bucket.ts';
import type { Upload } from '../storage/uploads.ts';
import type { Call } from './call.ts';

const MAX_PART_NUMBER = 10_000;

/** The upload that the request names. Throws S3Error NoSuchUpload. */
export function uploadOf(call: Call, bucket: Bucket): Upload {
  const id = call.query.get('uploadId') ?? '';
  const upload = bucket.uploads.get(id);
  if (!upload || upload.key !== call.request.key) {
    throw new S3Error('NoSuchUpload', { details: { UploadId: id } });
  }
  return upload;
}

/** Throws S3Error InvalidArgument. */
export function partNumberOf(call: Call): number {
  const text = call.query.get('partNumber') ?? '';
  const number = /^\d+$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > MAX_PART_NUMBER) {
    throw invalidArgument(
      `Part number must be an integer between 1 and ${MAX_PART_NUMBER}, inclusive`,
      'partNumber',
      text,
    );
  }
  return number;
}
