import type { Environment } from '../../environment.ts';

/** Milliseconds; the service is one hop away, or there is none. */
const patience = 1_000;

/** Where it is on every instance (AWS, "Use the Instance Metadata Service"). */
const addresses = { ipv4: 'http://169.254.169.254', ipv6: 'http://[fd00:ec2::254]' };

/** Where the instance metadata service may be: where the environment says, or at one of these, in order. */
export function metadataServices(env: Environment): string[] {
  if (env.AWS_EC2_METADATA_DISABLED?.toLowerCase() === 'true') return [];
  const given = env.AWS_EC2_METADATA_SERVICE_ENDPOINT;
  if (given) return [given];
  switch (env.AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE?.toLowerCase()) {
    case 'ipv4':
      return [addresses.ipv4];
    case 'ipv6':
      return [addresses.ipv6];
    default:
      return [addresses.ipv4, addresses.ipv6];
  }
}

/** What an instance's metadata tell, by the first service that does; undefined elsewhere. */
export async function askInstance(
  env: Environment,
  question: (read: ReadMetadata) => Promise<string>,
  milliseconds = patience,
): Promise<string | undefined> {
  for (const service of metadataServices(env)) {
    try {
      return await question(await openMetadata(service, milliseconds));
    } catch {
      // The next one, or none.
    }
  }
  return undefined;
}

/** Reads what is below /latest/meta-data/; rejects where nothing is. */
export type ReadMetadata = (path: string) => Promise<string>;

/**
 * A reader of one metadata service, by version 2 of its protocol.
 *
 * @param service its address
 * @param milliseconds for each answer
 */
export async function openMetadata(
  service: string,
  milliseconds = patience,
): Promise<ReadMetadata> {
  const ask = async (path: string, headers: Record<string, string>, method = 'GET') => {
    const signal = AbortSignal.timeout(milliseconds);
    const answer = await fetch(new URL(`/latest/${path}`, service), { method, headers, signal });
    const text = (await answer.text()).trim();
    if (!answer.ok || text === '') throw new Error(`${service} answers ${answer.status}.`);
    return text;
  };
  const life = { 'x-aws-ec2-metadata-token-ttl-seconds': '60' };
  const token = await ask('api/token', life, 'PUT');
  return (path) => ask(`meta-data/${path}`, { 'x-aws-ec2-metadata-token': token });
}
