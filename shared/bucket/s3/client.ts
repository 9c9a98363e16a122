import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { Environment } from '../../environment.ts';
import { WherryError } from '../../error.ts';
import { withIpv6Instance } from './instance-credentials.ts';
import { instanceRegion } from './instance-region.ts';
import { renewCredentials } from './renewal.ts';

export interface S3Settings {
  profile?: string | undefined;
  region?: string | undefined;
  endpointUrl?: string | undefined;
  dualStack?: boolean | undefined;
  /** Sockets, of which each serves one request at a time. */
  sockets: number;
  /** When bodies that are sent get a checksum by themselves; else as AWS_REQUEST_CHECKSUM_CALCULATION says. */
  checksums?: 'WHEN_REQUIRED';
  /** In place of those that the SDK's chain finds. */
  credentials?: { accessKeyId: string; secretAccessKey: string };
  env: Environment;
}

/** Milliseconds to connect, and for which a connection may be idle before an answer has come. */
const connectionTimeout = 5_000;
const idleTimeout = 30_000;

/** The SDK's warnings would go to the console; what goes wrong is an error of ours. */
const logger = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * A client that tries each request once: {@link retryingBucket} tries again. Credentials, profile,
 * region and endpoint come from the SDK's own default chain; from the instance metadata service what
 * the SDK does not look up: an instance's region, and credentials where there is no IPv4.
 */
export function createClient(settings: S3Settings): S3Client {
  const { env, endpointUrl, region, checksums, credentials } = settings;
  const custom = endpointUrl ?? env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL;
  if (custom && settings.dualStack) throw notDualStack(custom);
  // For the SDK's credential providers: when they are asked again, a file may have been rewritten.
  const readAgain = { ignoreCache: true };
  const config: S3ClientConfig = {
    ...readAgain,
    maxAttempts: 1,
    logger,
    // Servers on an address of their own seldom resolve bucket.host names.
    forcePathStyle: custom !== undefined,
    // Chunks are verified against their own digests; parts of an upload carry the SDK's checksum.
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout,
      socketTimeout: idleTimeout,
      logger,
      httpAgent: { keepAlive: true, maxSockets: settings.sockets },
      httpsAgent: { keepAlive: true, maxSockets: settings.sockets },
    },
    ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }),
    ...(settings.profile ? ofProfile(settings.profile, custom) : {}),
    ...(settings.dualStack ? { useDualstackEndpoint: true } : {}),
    ...(checksums ? { requestChecksumCalculation: checksums } : {}),
    ...(credentials ? { credentials } : {}),
  };
  const chain = new S3Client({ ...config, ...(region ? { region } : {}) });
  const client = new S3Client({
    ...config,
    region: region || (() => findRegion(chain, env, custom !== undefined)),
    credentials: withIpv6Instance(chain.config.credentials, env),
  });
  renewCredentials(client);
  return client;
}

/** Of a profile that is named; what AWS_PROFILE says of the endpoint is not for it. */
function ofProfile(profile: string, endpoint: string | undefined): S3ClientConfig {
  return { profile, ignoreConfiguredEndpointUrls: true, ...(endpoint ? { endpoint } : {}) };
}

function notDualStack(endpoint: string): WherryError {
  return new WherryError('USAGE', `--dual-stack is for AWS's own endpoints, not for ${endpoint}.`, {
    side: 'local',
    hint: 'Leave it out: an endpoint is reached by whatever addresses its name has.',
  });
}

async function findRegion(chain: S3Client, env: Environment, custom: boolean): Promise<string> {
  const configured = await chain.config.region().catch(() => undefined);
  if (configured) return configured;
  // A server that is not AWS accepts any region; this is the one such servers claim.
  if (custom) return 'us-east-1';
  const found = await instanceRegion(env);
  if (found) return found;
  throw new WherryError('USAGE', 'The region of the bucket is not known.', {
    side: 'local',
    hint: 'Pass --region, or set AWS_REGION.',
  });
}
