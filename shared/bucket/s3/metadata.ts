import type { Environment } from '../../environment.ts';

/** The instance metadata service of EC2, for whoever has shown its token. */
export interface InstanceMetadata {
  /** A document's text, such as of `placement/region`; undefined when there is none. */
  read(path: string): Promise<string | undefined>;
}

/** Where the service is; undefined where the environment says not to ask it. */
export function metadataUrl(env: Environment): string | undefined {
  if (env.AWS_EC2_METADATA_DISABLED?.toLowerCase() === 'true') return undefined;
  const ipv6 = env.AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE?.toLowerCase() === 'ipv6';
  return (
    env.AWS_EC2_METADATA_SERVICE_ENDPOINT ??
    (ipv6 ? 'http://[fd00:ec2::254]' : 'http://169.254.169.254')
  );
}

/** Milliseconds; the service is one hop away, or there is none. */
const patience = 1_000;

/** What an instance's metadata tell; undefined elsewhere, and where they do not. */
export async function fromMetadata(
  env: Environment,
  read: (metadata: InstanceMetadata) => Promise<string | undefined>,
): Promise<string | undefined> {
  const url = metadataUrl(env);
  if (url === undefined) return undefined;
  try {
    return await read(await openMetadata(url, AbortSignal.timeout(patience)));
  } catch {
    return undefined;
  }
}

/**
 * Asks for a token, and with it for documents (version 2: AWS, "Use the Instance Metadata Service").
 *
 * @throws Error when the service does not answer, or refuses
 */
export async function openMetadata(url: string, signal: AbortSignal): Promise<InstanceMetadata> {
  const asked = await fetch(new URL('/latest/api/token', url), {
    method: 'PUT',
    headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '60' },
    signal,
  });
  const token = await asked.text();
  if (!asked.ok) throw new Error(`the metadata service answers HTTP status ${asked.status}`);
  return {
    async read(path) {
      const answer = await fetch(new URL(`/latest/meta-data/${path}`, url), {
        headers: { 'x-aws-ec2-metadata-token': token },
        signal,
      });
      const text = (await answer.text()).trim();
      return answer.ok && text !== '' ? text : undefined;
    },
  };
}
