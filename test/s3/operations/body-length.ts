import { notImplemented, S3Error } from '../errors.ts';

/** The most that one PutObject or UploadPart takes: 5 GiB. */
export const MAX_BODY_SIZE = 5 * 1024 ** 3;

/**
 * An upload says its length beforehand; HTTP's own chunked transfer may only wrap aws-chunked.
 * Throws S3Error MissingContentLength, NotImplemented, EntityTooLarge.
 */
export function requireBodyLength(headers: ReadonlyMap<string, string>): void {
  const decoded = headers.get('x-amz-decoded-content-length');
  if (decoded === undefined && headers.has('transfer-encoding')) {
    throw notImplemented('Transfer-Encoding');
  }
  const length = decoded ?? headers.get('content-length');
  if (length === undefined) throw new S3Error('MissingContentLength');
  if (Number(length) > MAX_BODY_SIZE) {
    throw new S3Error('EntityTooLarge', {
      details: { ProposedSize: length, MaxSizeAllowed: `${MAX_BODY_SIZE}` },
    });
  }
}
