import type { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { isNamed, isStatus } from './errors.ts';

/**
 * Looks an object up. The refusal of a HEAD has no body that would say why, such as that the clock
 * is wrong or the credentials have expired: a GET of one byte does.
 */
export async function headObject(
  client: S3Client,
  address: { Bucket: string; Key: string },
  http: { abortSignal: AbortSignal },
): Promise<HeadObjectOutput> {
  const head = () => client.send(new HeadObjectCommand(address), http);
  try {
    return await head();
  } catch (error) {
    if (!isStatus(error, 400, 403)) throw error;
    try {
      const answer = await client.send(
        new GetObjectCommand({ ...address, Range: 'bytes=0-0' }),
        http,
      );
      (answer.Body as Readable).destroy();
    } catch (reason) {
      if (!isNamed(reason, 'NoSuchKey') && !isStatus(reason, 416)) throw reason;
    }
    // What was wrong is mended: the SDK has set its clock, or the credentials were renewed.
    return head();
  }
}
