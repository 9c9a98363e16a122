import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { type Credential, type S3Server, type S3ServerOptions, startS3Server } from '../server.ts';

export const BUCKET = 'harbour';
export const CREDENTIAL: Credential = { accessKeyId: 'AKIAWHERRY', secretAccessKey: 'oar/+secret' };

/** A folder that is removed after the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'wherry-s3-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A server with one bucket and one credential, that is closed after the test. */
export async function startServer(
  t: TestContext,
  options: Partial<S3ServerOptions> = {},
): Promise<S3Server> {
  const server = await startS3Server({
    folder: options.folder ?? temporaryFolder(t),
    credentials: [CREDENTIAL],
    buckets: [BUCKET],
    ...options,
  });
  t.after(() => server.close());
  return server;
}

/** A client that tries once, and is destroyed after the test. */
export function sdkClient(
  t: TestContext,
  { url }: Pick<S3Server, 'url'>,
  config: S3ClientConfig = {},
): S3Client {
  const client = new S3Client({
    endpoint: url,
    region: 'us-east-1',
    credentials: CREDENTIAL,
    forcePathStyle: true,
    maxAttempts: 1,
    ...config,
  });
  t.after(() => client.destroy());
  return client;
}

/** The name of the error that `promise` rejects with, and its HTTP status. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return `${$metadata?.httpStatusCode} ${name}`;
  }
  throw new Error('it was not refused');
}
