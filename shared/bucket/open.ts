import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Environment } from '../environment.ts';
import { WherryError } from '../error.ts';
import type { Report } from '../events.ts';
import { adaptiveBucket } from './adaptive.ts';
import type { Bucket } from './bucket.ts';
import { openFolderBucket } from './folder/folder.ts';
import { hedgedBucket, mostHedges } from './hedged.ts';
import { retryingBucket } from './retrying.ts';

export interface BucketSettings {
  /** Of the AWS configuration files. */
  profile?: string | undefined;
  region?: string | undefined;
  endpointUrl?: string | undefined;
  dualStack?: boolean | undefined;
  env: Environment;
  /** Is told what goes wrong and is tried again. */
  report?: Report | undefined;
}

/** Where bytes are kept: an S3 bucket with a prefix or key, or a path of this machine. */
export type Location =
  | { kind: 's3'; bucket: string; path: string }
  | { kind: 'file'; path: string };

/** Requests at once to one bucket, whatever they are for. */
export const concurrency = 32;

/**
 * Reads `s3://bucket/path`, `file:///path` or a plain path.
 *
 * @throws WherryError USAGE for a URL of another kind
 */
export function parseLocation(text: string): Location {
  if (text.startsWith('s3://')) {
    const [bucket = '', ...parts] = text.slice('s3://'.length).split('/');
    if (!/^[a-z0-9A-Z][a-z0-9A-Z._-]{1,254}$/.test(bucket)) {
      throw usage(`"${text}" names no bucket.`, 'Write it as s3://bucket/prefix.');
    }
    const path = parts.filter((part) => part !== '');
    return { kind: 's3', bucket, path: path.join('/') };
  }
  if (text.startsWith('file:')) {
    try {
      return { kind: 'file', path: fileURLToPath(text) };
    } catch {
      throw usage(`"${text}" is not a file URL.`, 'Write it as file:///absolute/path.');
    }
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    throw usage(`"${text}" is not a place that Wherry knows.`, 'Use s3://bucket/prefix or a path.');
  }
  if (text === '') throw usage('The place is empty.', 'Use s3://bucket/prefix or a path.');
  return { kind: 'file', path: isAbsolute(text) ? text : resolve(text) };
}

/**
 * The bucket at a location. Requests that fail for a passing reason are tried again; while they wait
 * for that, they are not among those that run. A read and its hedge count as one.
 */
export async function openBucket(location: Location, settings: BucketSettings): Promise<Bucket> {
  const { report } = settings;
  if (location.kind === 'file') return retryingBucket(openFolderBucket(location.path), { report });
  const { openS3Bucket } = await import('./s3/s3.ts');
  const sockets = concurrency + mostHedges;
  const bucket = openS3Bucket(location.bucket, location.path, { ...settings, sockets });
  const hedged = hedgedBucket(bucket, { report });
  return retryingBucket(adaptiveBucket(hedged, concurrency, report), { report });
}

function usage(message: string, hint: string): WherryError {
  return new WherryError('USAGE', message, { side: 'local', hint });
}
