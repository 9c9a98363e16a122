import type { Environment } from '../../environment.ts';

/** Milliseconds; the service is one hop away, or there is none. */
const patience = 1_000;

/**
 * The region of the EC2 instance that this runs on, from the instance metadata service, version 2
 * (AWS, "Use the Instance Metadata Service"); undefined elsewhere.
 */
export async function instanceRegion(env: Environment): Promise<string | undefined> {
  if (env.AWS_EC2_METADATA_DISABLED?.toLowerCase() === 'true') return undefined;
  const ipv6 = env.AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE?.toLowerCase() === 'ipv6';
  const base =
    env.AWS_EC2_METADATA_SERVICE_ENDPOINT ??
    (ipv6 ? 'http://[fd00:ec2::254]' : 'http://169.254.169.254');
  try {
    const signal = AbortSignal.timeout(patience);
    const token = await fetch(new URL('/latest/api/token', base), {
      method: 'PUT',
      headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '60' },
      signal,
    });
    const answer = await fetch(new URL('/latest/meta-data/placement/region', base), {
      headers: { 'x-aws-ec2-metadata-token': await token.text() },
      signal,
    });
    const region = (await answer.text()).trim();
    return answer.ok && region !== '' ? region : undefined;
  } catch {
    return undefined;
  }
}
