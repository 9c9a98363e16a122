import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listAll } from '../../shared/bucket/bucket.ts';
import { type BucketSettings, openBucket, parseLocation } from '../../shared/bucket/open.ts';
import type { Credential, S3ServerOptions } from '../s3/server.ts';
import { accessKeyId, secretAccessKey, startTestS3, type TestS3 } from './s3.ts';
import { type Cleanup, tempFolder } from './temp.ts';

/** Where images are promoted from and to; the programs reach each with credentials of its own. */
export interface TwoStores {
  staging: TestS3;
  /** Has the bucket `prod`. */
  production: TestS3;
  /** With the credentials of staging, and those of production as the profile of this name. */
  env: Record<string, string>;
  /** How a store of production is opened in this process. */
  settings: Pick<BucketSettings, 'profile' | 'endpointUrl'>;
  /** The options for a store of production: as the target, and as the store. */
  to(store: string): string[];
  at(store: string): string[];
}

const profile = 'production';
const production = { accessKeyId: 'AKIAPRODUCTION', secretAccessKey: 'of-production' };

/** On a server each. The environment of this process has then what opens both. */
export async function startTwoServers(
  t: Cleanup,
  options: Partial<S3ServerOptions> = {},
): Promise<TwoStores> {
  const staging = await startTestS3(t);
  const other = { credentials: [production], buckets: ['prod'], ...options };
  return twoStores(t, staging, await startTestS3(t, other));
}

/** On one server. @param limits what the credentials of production may do */
export async function startOneServer(
  t: Cleanup,
  limits: Partial<Credential> = {},
  options: Partial<S3ServerOptions> = {},
): Promise<TwoStores> {
  const credentials = [
    { accessKeyId, secretAccessKey },
    { ...production, ...limits },
  ];
  const both = await startTestS3(t, { credentials, buckets: ['images', 'prod'], ...options });
  return twoStores(t, both, both);
}

async function twoStores(t: Cleanup, staging: TestS3, other: TestS3): Promise<TwoStores> {
  const file = join(await tempFolder(t, 'profiles'), 'credentials');
  const secret = `aws_secret_access_key = ${production.secretAccessKey}`;
  await writeFile(file, `[${profile}]\naws_access_key_id = ${production.accessKeyId}\n${secret}\n`);
  const env = { ...staging.env, AWS_SHARED_CREDENTIALS_FILE: file };
  Object.assign(process.env, env);
  const endpointUrl = other.url;
  return {
    staging,
    production: other,
    env,
    settings: { profile, endpointUrl },
    to: (store) => ['--to', store, '--to-profile', profile, '--to-endpoint-url', endpointUrl],
    at: (store) => ['--store', store, '--profile', profile, '--endpoint-url', endpointUrl],
  };
}

/** Every key of a store, in order, with its size. */
export async function sizesIn(
  store: string,
  settings: Partial<BucketSettings> = {},
): Promise<Map<string, number>> {
  const bucket = await openBucket(parseLocation(store), { env: process.env, ...settings });
  const sizes = new Map<string, number>();
  for await (const { key, size } of listAll(bucket, '')) sizes.set(key, size);
  return sizes;
}
