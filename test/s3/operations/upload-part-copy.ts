import { Digested } from '../body/digested.ts';
import { invalidArgument, S3Error } from '../errors.ts';
import { xmlAnswer } from '../http/answer.ts';
import { wholeSeconds } from '../storage/object.ts';
import { MAX_BODY_SIZE } from './body-length.ts';
import { partChecksumElements } from './checksum-elements.ts';
import { openCopySource } from './copy-source.ts';
import { ENCRYPTION, quoted } from './object-headers.ts';
import type { Operation } from './operation.ts';
import type { ByteRange } from './range.ts';
import { keepPart } from './upload-part.ts';
import { partNumberOf, uploadOf } from './uploads.ts';

export const uploadPartCopy: Operation = {
  name: 'UploadPartCopy',
  action: 's3:PutObject',
  query: ['partNumber', 'uploadId'],
  async run(call) {
    const number = partNumberOf(call);
    const bucket = call.bucket();
    const upload = uploadOf(call, bucket);
    const source = await openCopySource(call);
    try {
      const { start, end } = sourceRange(call.headers, source.object.size);
      const bytes = new Digested(source.read(start, end), upload.checksum?.algorithm);
      const segment = await bucket.files.write(bytes);
      const { md5, checksum } = bytes.digests();
      const lastModified = wholeSeconds(call.clock.now());
      keepPart(call, bucket, { number, etag: md5, segment, lastModified, checksum });
      return xmlAnswer(
        'CopyPartResult',
        [
          ['LastModified', new Date(lastModified).toISOString()],
          ['ETag', quoted(md5)],
          ...partChecksumElements(checksum),
        ],
        ENCRYPTION,
      );
    } finally {
      source.close();
    }
  },
};

/** `bytes=first-last` and nothing else, within the source. */
function sourceRange(headers: ReadonlyMap<string, string>, size: number): ByteRange {
  const header = headers.get('x-amz-copy-source-range');
  if (header === undefined) {
    if (size > MAX_BODY_SIZE) {
      throw new S3Error('InvalidRequest', {
        message: `The specified copy source is larger than the maximum allowable size for a copy source: ${MAX_BODY_SIZE}`,
      });
    }
    return { start: 0, end: size };
  }
  const match = /^bytes=(\d+)-(\d+)$/.exec(header);
  const [start, end] = [Number(match?.[1]), Number(match?.[2]) + 1];
  if (!match || start >= end) {
    throw invalidArgument(
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      'x-amz-copy-source-range',
      header,
    );
  }
  if (end > size) {
    throw invalidArgument(
      `Range specified is not valid for source object of size: ${size}`,
      'x-amz-copy-source-range',
      header,
    );
  }
  return { start, end };
}
