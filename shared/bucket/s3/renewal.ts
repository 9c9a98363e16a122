import type { S3Client } from '@aws-sdk/client-s3';
import { messageOf } from '../../error.ts';
import { isUnauthenticated } from './errors.ts';

type Credentials = Awaited<ReturnType<S3Client['config']['credentials']>>;

/**
 * Renews credentials that S3 refuses although the SDK takes them for fresh: another program may
 * have rewritten the file that they are from, or they were revoked. The request is sent once more
 * when that gave others; else its error tells, as `renewal`, why not.
 */
export function renewCredentials(client: S3Client): void {
  const { credentials } = client.config;
  client.middlewareStack.add(
    (next) => async (args) => {
      const used = await credentials();
      try {
        return await next(args);
      } catch (error) {
        if (!isUnauthenticated(error)) throw error;
        const current = await credentials();
        // Of many requests at once, the first to be refused renews them for all.
        const renewed = isSame(current, used) ? await renew(client, error as Error) : current;
        if (!isSame(renewed, used)) return next(args);
        throw Object.assign(error as Error, { renewal: 'there are no newer ones' });
      }
    },
    { step: 'initialize', name: 'renewCredentials' },
  );
}

async function renew({ config }: S3Client, refused: Error): Promise<Credentials> {
  try {
    return await config.credentials({ forceRefresh: true });
  } catch (error) {
    throw Object.assign(refused, { renewal: `renewing them failed: ${messageOf(error)}` });
  }
}

function isSame(a: Credentials, b: Credentials): boolean {
  return a.accessKeyId === b.accessKeyId && a.sessionToken === b.sessionToken;
}
