import { CopyObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { WherryError } from '../../error.ts';
import { isAws, partitionOf } from '../../partition.ts';
import type { Copies, Options } from '../bucket.ts';
import type { Try } from './deadline.ts';
import { answerCut, isNamed, isStatus } from './errors.ts';

type Request = <T>(
  doing: string,
  options: Options | undefined,
  work: (attempt: Try) => Promise<T>,
  otherwise?: (error: unknown) => boolean,
) => Promise<T | undefined>;

/** CopyObject, which takes objects of up to 5 GB; it is the target that asks for it. */
export function s3Copies(
  client: S3Client,
  address: (key: string) => { Bucket: string; Key: string },
  request: Request,
): Copies {
  return {
    service: () => serviceOf(client),
    from(source, key, options = {}) {
      const { condition } = options;
      const doing = `copy ${key} from ${source}`;
      return request(
        doing,
        options,
        async ({ http }) => {
          const command = new CopyObjectCommand({
            ...address(key),
            CopySource: copySource(source, key),
            ...(condition ? { IfNoneMatch: '*' } : {}),
          });
          const answer = await client.send(command, http).catch((error) => {
            if (isNamed(error, 'NoSuchKey')) throw missing(source, key, error);
            throw isStatus(error, 405, 501) ? unable(doing, error) : error;
          });
          const etag = answer.CopyObjectResult?.ETag;
          if (etag) return etag;
          throw answerCut(doing, `s3://${address(key).Bucket}`, 'the answer was cut short');
        },
        (error) => condition !== undefined && isStatus(error, 412),
      );
    },
  };
}

/** `bucket/prefix/key`, URL-encoded as the header has to be (Amazon S3 API, "CopyObject"). */
function copySource(source: string, key: string): string {
  const path = `${source.slice('s3://'.length)}/${key}`;
  return path.split('/').map(encodeURIComponent).join('/');
}

/** The URL of a server of its own, or the partition of AWS: nothing is copied out of one ("AWS Partitions"). */
async function serviceOf({ config }: S3Client): Promise<string> {
  const given = await config.endpoint?.();
  // From the environment or a profile, see resolveEndpointConfig of @smithy/core.
  const configured = await config.serviceConfiguredEndpoint?.();
  const url = given
    ? new URL(`${given.protocol}//${given.hostname}:${given.port ?? ''}`)
    : configured && new URL(`${configured}`);
  const isOwn = url && !isAws(url.hostname);
  return isOwn ? url.origin : partitionOf(await config.region());
}

/** Of a server that has no such request, or not with such a condition. */
function unable(doing: string, cause: unknown): WherryError {
  return new WherryError('FAILED', `Could not ${doing}: the server cannot do that.`, {
    side: 'store',
    cause,
  });
}

function missing(source: string, key: string, cause: unknown): WherryError {
  return new WherryError('NOT_FOUND', `There is no ${key} in ${source}.`, { side: 'store', cause });
}
