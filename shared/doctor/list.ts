import { denialOf } from '../bucket/denial.ts';
import { keys } from '../store/keys.ts';
import { denied } from './blame.ts';
import type { Check } from './check.ts';
import { ok } from './finding.ts';
import type { S3Setting } from './setting.ts';
import { storeTrouble } from './store-trouble.ts';

/** s3:ListBucket, on the store's prefix. */
export function listCheck(setting: S3Setting): Check {
  const { probe, known, location } = setting;
  return {
    name: 'list',
    needs: ['signature'],
    limit: 6_000,
    late: 'STORE_FAILING',
    async run(signal) {
      try {
        known.tags = await probe.bucket.listPage(keys.tags, { signal });
        return [ok('The store may be listed (s3:ListBucket).')];
      } catch (error) {
        if (!denialOf(error)) return [storeTrouble(error, location.bucket)];
        const purpose = 'to find tags, and to tell what is missing from what is denied';
        return [
          denied(
            { code: 'LIST_DENIED', action: 's3:ListBucket', purpose, key: undefined, error },
            setting,
          ),
        ];
      }
    },
  };
}
