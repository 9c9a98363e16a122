import { invalidArgument, notImplemented, S3Error } from '../errors.ts';
import type { OpenObject } from '../storage/bucket.ts';
import type { Call } from './call.ts';
import { readCondition } from './conditions.ts';

/**
 * Opens what `x-amz-copy-source` names, once its own conditions hold; the caller closes it.
 * Throws S3Error.
 */
export async function openCopySource(call: Call): Promise<OpenObject> {
  const { bucket, key } = parseCopySource(call.headers.get('x-amz-copy-source') ?? '');
  await call.permit('s3:GetObject', bucket, key);
  const opened = call.bucket(bucket).open(key);
  if (!opened) throw await call.missingKey(bucket, key);
  try {
    if (readCondition(call.headers, opened.object, 'x-amz-copy-source-') === 'not-modified') {
      throw new S3Error('PreconditionFailed');
    }
    return opened;
  } catch (error) {
    opened.close();
    throw error;
  }
}

export function parseCopySource(header: string): { bucket: string; key: string } {
  const [encoded = '', version] = header.split('?');
  if (version !== undefined || header.startsWith('arn:')) throw notImplemented('x-amz-copy-source');
  const match = /^\/?([^/]+)\/(.+)$/s.exec(decode(encoded));
  if (!match) {
    throw invalidArgument(
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      'x-amz-copy-source',
      header,
    );
  }
  const [, bucket = '', key = ''] = match;
  return { bucket, key };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidArgument('Invalid copy source encoding.', 'x-amz-copy-source', text);
  }
}
