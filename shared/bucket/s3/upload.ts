import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { WherryError } from '../../error.ts';
import type { Upload } from '../bucket.ts';
import { type Try, tryLimit } from './deadline.ts';
import { isNamed } from './errors.ts';

type Send = <T>(work: (attempt: Try) => Promise<T>) => Promise<T | undefined>;

/** Milliseconds that completing may take; S3 says that it can be several minutes. */
const completionLimit = 600_000;

/**
 * A multipart upload. Not lib-storage's: that one has parts of one size only, so that a stream of
 * unknown length ends at 10,000 times the first part's size.
 */
export async function startS3Upload(
  client: S3Client,
  address: { Bucket: string; Key: string },
  send: { store: Send; abandon: Send },
): Promise<Upload> {
  // The parts' algorithm has to be named at the start, or S3 refuses the checksums that they carry.
  const checked = (await client.config.requestChecksumCalculation()) === 'WHEN_SUPPORTED';
  const started = await send.store(({ http }) =>
    client.send(
      new CreateMultipartUploadCommand({
        ...address,
        ...(checked ? { ChecksumAlgorithm: 'CRC32' } : {}),
      }),
      http,
    ),
  );
  const target = { ...address, UploadId: started?.UploadId ?? '' };
  const parts = new Map<number, CompletedPart>();
  let size = 0;

  return {
    async part(number, offset, bytes) {
      const answer = await send.store(({ http, allow }) => {
        allow(tryLimit(bytes.length));
        const command = new UploadPartCommand({ ...target, PartNumber: number, Body: bytes });
        return client.send(command, http);
      });
      parts.set(number, {
        PartNumber: number,
        ETag: answer?.ETag,
        ...(answer?.ChecksumCRC32 ? { ChecksumCRC32: answer.ChecksumCRC32 } : {}),
      });
      size = Math.max(size, offset + bytes.length);
    },

    async complete() {
      const Parts = [...parts.values()].sort((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0));
      const etag = await send.store(async ({ http, allow }) => {
        allow(completionLimit);
        const command = new CompleteMultipartUploadCommand({
          ...target,
          MultipartUpload: { Parts },
        });
        try {
          return (await client.send(command, http)).ETag;
        } catch (error) {
          if (!isNamed(error, 'NoSuchUpload')) throw error;
          // An earlier try may have completed it though its answer was lost.
          const { ContentLength, ETag } = await client.send(new HeadObjectCommand(address), http);
          if (ContentLength !== size) throw error;
          return ETag;
        }
      });
      if (etag) return etag;
      throw new WherryError('FAILED', `S3 did not complete ${address.Key}.`, { side: 'store' });
    },

    async abort() {
      await send.abandon(async ({ http }) => {
        try {
          await client.send(new AbortMultipartUploadCommand(target), http);
        } catch (error) {
          if (!isNamed(error, 'NoSuchUpload')) throw error;
        }
      });
    },
  };
}
