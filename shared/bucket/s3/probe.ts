import { HeadBucketCommand } from '@aws-sdk/client-s3';
import type { Bucket } from '../bucket.ts';
import { createClient, type S3Settings } from './client.ts';
import { openS3Bucket } from './s3.ts';

/** What can be found out of a bucket's place before, and besides, asking it for objects. */
export interface S3Probe {
  /** The region that requests are signed for. @throws WherryError USAGE when it is not known */
  region(): Promise<string>;
  /** Where requests for the bucket go, its name included. @throws Error as {@link region}, and the SDK's */
  address(): Promise<URL>;
  /** What the SDK's chain finds. @throws Error the SDK's own */
  credentials(): Promise<FoundCredentials>;
  /** Requests are tried once. */
  bucket: Bucket;
  /** The same, without the checksums that the SDK adds by itself. */
  bare: Bucket;
}

export interface FoundCredentials {
  accessKeyId: string;
  expires: Date | undefined;
  /** How the SDK came by them, in its own words, such as CREDENTIALS_IMDS. */
  origins: string[];
}

export function openS3Probe(
  name: string,
  prefix: string,
  settings: Omit<S3Settings, 'sockets'>,
): S3Probe {
  const few = { ...settings, sockets: 4 };
  const client = createClient(few);
  return {
    region: async () => client.config.region(),
    address: async () => addressOf(name, { ...few, region: await client.config.region() }),
    async credentials() {
      const { accessKeyId, expiration, ...rest } = await client.config.credentials();
      const { $source = {} } = rest as { $source?: Record<string, string> };
      return { accessKeyId, expires: expiration, origins: Object.keys($source) };
    },
    bucket: openS3Bucket(name, prefix, few),
    bare: openS3Bucket(name, prefix, { ...few, checksums: 'WHEN_REQUIRED' }),
  };
}

/** Of a request that is made and never sent; it is nobody's, for there may be no credentials. */
async function addressOf(name: string, settings: S3Settings): Promise<URL> {
  const client = createClient({
    ...settings,
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
  });
  const command = new HeadBucketCommand({ Bucket: name });
  let address: URL | undefined;
  command.middlewareStack.add(
    () => async (args) => {
      const { protocol, hostname, port, path } = args.request as Target;
      address = new URL(`${protocol}//${hostname}${port ? `:${port}` : ''}${path}`);
      return { response: undefined, output: { $metadata: {} } };
    },
    { step: 'build', priority: 'low', name: 'keepAddress' },
  );
  await client.send(command);
  return address as unknown as URL;
}

/** The part of an HttpRequest of the SDK (@smithy/types) that says where it goes. */
interface Target {
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
}
