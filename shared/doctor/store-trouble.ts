import { isWherryError, type WherryError } from '../error.ts';
import { type Finding, problem, problemOf } from './finding.ts';
import { noBucket } from './region.ts';

/** The finding for a request to the store that failed, other than for want of a permission. */
export function storeTrouble(error: unknown, bucket: string): Finding {
  if (!isWherryError(error)) return problemOf('STORE_REFUSES', error);
  const name = nameOf(error);
  switch (error.code) {
    case 'NO_CREDENTIALS':
      return /^Expired|^TokenRefresh/.test(name) ? expired : unknown(name);
    case 'ACCESS_DENIED':
      return name === 'SignatureDoesNotMatch' ? secretWrong : problemOf('READ_DENIED', error);
    case 'WRONG_REGION':
      return problemOf('REGION_WRONG', error);
    case 'NOT_FOUND':
      return noBucket(bucket);
    case 'UNAVAILABLE':
    case 'SLOW_DOWN':
      return problemOf(name === 'RequestTimeTooSkewed' ? 'CLOCK_WRONG' : 'STORE_FAILING', error);
    default:
      return problemOf('STORE_REFUSES', error);
  }
}

/** S3's own name for what went wrong. */
export function nameOf({ cause }: WherryError): string {
  return (cause as { name?: string } | undefined)?.name ?? '';
}

const expired = problem(
  'CREDENTIALS_EXPIRED',
  'S3 refuses the credentials: they have expired.',
  'Get new ones: sign in again (aws sso login), or assume the role again. Those of an instance or a ' +
    'container renew themselves: unset AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN there.',
);

function unknown(name: string): Finding {
  return problem(
    'CREDENTIALS_UNKNOWN',
    `S3 does not know the credentials (${name}).`,
    'Check AWS_ACCESS_KEY_ID, and that AWS_SESSION_TOKEN is the one that came with it; the key may have ' +
      'been deleted.',
  );
}

const secretWrong = problem(
  'SECRET_WRONG',
  'S3 refuses the signature: the secret key is not that of the access key.',
  'Check AWS_SECRET_ACCESS_KEY, or set both anew; a proxy that changes requests spoils signatures too.',
);
