import { denialOf } from '../bucket/denial.ts';
import { throwIfAborted } from '../error.ts';
import { encodeFormat } from '../store/format.ts';
import { keys } from '../store/keys.ts';
import { denied } from './blame.ts';
import type { Check } from './check.ts';
import { type Finding, ok, problem, skipped } from './finding.ts';
import { formatOf, noEtag, type S3Setting } from './setting.ts';
import { storeTrouble } from './store-trouble.ts';

/**
 * s3:PutObject, and whether the store honours If-None-Match and takes the SDK's checksums. It stores
 * nothing, for what it puts is there already and must not be; and where a store ignores that, it puts
 * the very bytes that are there, or those that a first push would.
 */
export function writeCheck(setting: S3Setting): Check {
  const { probe, known, location } = setting;
  return {
    name: 'write',
    needs: ['read'],
    limit: 10_000,
    late: 'STORE_FAILING',
    async run(signal) {
      const object = formatOf(known);
      const condition = object ? { absent: true as const } : { etag: noEtag };
      const bytes = object?.bytes ?? encodeFormat();
      try {
        const stored = await probe.bucket.put(keys.format, bytes, { condition, signal });
        if (stored !== undefined) return [conditionsIgnored(object ? 'If-None-Match' : 'If-Match')];
        return [
          ok('The store may be written (s3:PutObject), takes checksums, and honours conditions.'),
        ];
      } catch (error) {
        throwIfAborted(signal);
        const denial = denialOf(error);
        if (!denial) return [await checksumsOr(error)];
        const guarded = denial.policy === 'bucket' && denial.explicit && !object;
        if (guarded) return [skipped(untold)];
        const purpose = 'to push';
        return [
          denied(
            { code: 'WRITE_DENIED', action: 's3:PutObject', purpose, key: keys.format, error },
            setting,
          ),
        ];
      }

      /** A put that failed may do without the checksum. */
      async function checksumsOr(error: unknown): Promise<Finding> {
        const options = { condition, signal };
        const bare = await probe.bare.put(keys.format, bytes, options).then(
          () => true,
          (again) => denialOf(again) !== undefined,
        );
        return bare ? checksumsRefused : storeTrouble(error, location.bucket);
      }
    },
  };
}

const untold =
  "Whether the store may be written cannot be told before the first push: the bucket's policy asks for " +
  'puts that would store something.';

const checksumsRefused = problem(
  'CHECKSUMS_REFUSED',
  'This store refuses puts with the checksum that the SDK adds (CRC32), and takes them without.',
  'Set AWS_REQUEST_CHECKSUM_CALCULATION=WHEN_REQUIRED for everything that writes to it, or use a newer ' +
    'version of the server.',
);

export function conditionsIgnored(header: string): Finding {
  return problem(
    'CONDITIONS_IGNORED',
    `This store ignores ${header} of a put: it overwrites what must stay.`,
    'Use a server, or a newer version of it, that honours conditional puts: without them two pushes at ' +
      'once can lose a tag.',
  );
}
