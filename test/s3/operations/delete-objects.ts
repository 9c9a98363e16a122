import { collect } from '../body/collect.ts';
import { S3Error } from '../errors.ts';
import { xmlAnswer } from '../http/answer.ts';
import type { Bucket } from '../storage/bucket.ts';
import { childText, readXml } from '../xml/read.ts';
import type { XmlElement } from '../xml/write.ts';
import type { Call } from './call.ts';
import { deleteCondition } from './conditions.ts';
import type { Operation } from './operation.ts';

const MAX_KEYS = 1000;
const MAX_BODY_SIZE = 2 * 1024 * 1024;

interface Deletion {
  key: string;
  etag: string | undefined;
}

export const deleteObjects: Operation = {
  name: 'DeleteObjects',
  // Each key is asked for on its own, and denied on its own.
  action: undefined,
  query: ['delete'],
  async run(call) {
    const bucket = call.bucket();
    if (!call.payload.isProtected) {
      throw new S3Error('InvalidRequest', {
        message: 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
      });
    }
    const { deletions, quiet } = parse((await collect(call.payload, MAX_BODY_SIZE)).toString());
    const results: [Deletion, S3Error | undefined][] = [];
    for (const deletion of deletions) {
      results.push([deletion, await attempt(call, bucket, deletion)]);
    }
    return xmlAnswer(
      'DeleteResult',
      results.flatMap(([{ key }, error]): XmlElement[] => {
        if (error) {
          return [
            [
              'Error',
              [
                ['Key', key],
                ['Code', error.code],
                ['Message', error.message],
              ],
            ],
          ];
        }
        return quiet ? [] : [['Deleted', [['Key', key]]]];
      }),
    );
  },
};

async function attempt(
  call: Call,
  bucket: Bucket,
  { key, etag }: Deletion,
): Promise<S3Error | undefined> {
  try {
    await call.permit('s3:DeleteObject', bucket.properties.name, key);
    if (etag !== undefined) await call.permit('s3:GetObject', bucket.properties.name, key);
    bucket.delete(key, deleteCondition(etag));
    return undefined;
  } catch (error) {
    if (error instanceof S3Error) return error;
    throw error;
  }
}

function parse(document: string): { deletions: Deletion[]; quiet: boolean } {
  const root = readXml(document);
  const objects = root.children.filter(({ name }) => name === 'Object');
  if (root.name !== 'Delete' || objects.length === 0 || objects.length > MAX_KEYS) {
    throw new S3Error('MalformedXML');
  }
  const deletions = objects.map((object) => {
    const key = childText(object, 'Key');
    if (!key) throw new S3Error('MalformedXML');
    if (childText(object, 'VersionId') !== undefined) throw new S3Error('NotImplemented');
    return { key, etag: childText(object, 'ETag') };
  });
  return { deletions, quiet: childText(root, 'Quiet') === 'true' };
}
