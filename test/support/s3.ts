import { type S3Server, type S3ServerOptions, startS3Server } from '../s3/server.ts';
import { type Cleanup, tempFolder } from './temp.ts';

export const accessKeyId = 'AKIAWHERRYTEST000001';
export const secretAccessKey = 'test-secret/with+signs=';

export interface TestS3 extends S3Server {
  /** What a program or the SDK needs to reach it; nothing of the machine's own configuration. */
  env: Record<string, string>;
}

/** An S3 server with the bucket `images`, for as long as the test runs. */
export async function startTestS3(
  t: Cleanup,
  options: Partial<S3ServerOptions> = {},
): Promise<TestS3> {
  const server = await startS3Server({
    folder: await tempFolder(t, 's3'),
    credentials: [{ accessKeyId, secretAccessKey }],
    buckets: ['images'],
    // A suite whose tests are all left out, by --test-name-pattern, has no end to close it at.
    background: true,
    ...options,
  });
  t.after(() => server.close());
  return Object.assign(server, { env: awsEnvironment(server.url) });
}

export function awsEnvironment(url: string): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: url,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
}
