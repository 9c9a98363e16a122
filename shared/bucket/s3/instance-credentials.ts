import type { S3Client } from '@aws-sdk/client-s3';
import type { Environment } from '../../environment.ts';
import { metadataServices, openMetadata } from './metadata-service.ts';

type Provider = S3Client['config']['credentials'];

/**
 * The SDK's own credentials; and where it finds none, those of the instance's role from the metadata
 * service at its address of IPv6: an instance without IPv4 has no other, and the SDK asks there only
 * when told to.
 */
export function withIpv6Instance(provider: Provider, env: Environment): Provider {
  return async (options) => {
    try {
      return await provider(options);
    } catch (error) {
      const [, ipv6] = metadataServices(env);
      const found = ipv6 && (await readCredentials(ipv6).catch(() => undefined));
      if (found) return found;
      throw error;
    }
  };
}

/** AWS, "Retrieve security credentials from instance metadata". */
async function readCredentials(service: string) {
  const read = await openMetadata(service);
  const [role = ''] = (await read('iam/security-credentials/')).split('\n');
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = JSON.parse(
    await read(`iam/security-credentials/${role}`),
  );
  return {
    accessKeyId: `${AccessKeyId}`,
    secretAccessKey: `${SecretAccessKey}`,
    sessionToken: `${Token}`,
    expiration: new Date(Expiration),
  };
}
