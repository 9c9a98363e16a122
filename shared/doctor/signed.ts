import { denialOf } from '../bucket/denial.ts';
import { isWherryError } from '../error.ts';
import { keys } from '../store/keys.ts';
import type { Check } from './check.ts';
import { ok } from './finding.ts';
import type { S3Setting } from './setting.ts';
import { nameOf, storeTrouble } from './store-trouble.ts';

/** Whether S3 accepts the credentials; what they may do is for later. */
export function signedCheck({ probe, known, location }: S3Setting): Check {
  return {
    name: 'signature',
    needs: ['region', 'credentials'],
    limit: 8_000,
    late: 'STORE_FAILING',
    async run(signal) {
      try {
        known.format = { object: await probe.bucket.get(keys.format, { signal }) };
        return [ok('S3 accepts the credentials.')];
      } catch (error) {
        const refused = isWherryError(error) && nameOf(error) === 'SignatureDoesNotMatch';
        const denial = refused ? undefined : denialOf(error);
        if (!denial) return [storeTrouble(error, location.bucket)];
        known.format = { denied: error };
        const who = denial.user ? `, of ${denial.user}` : '';
        return [ok(`S3 accepts the credentials${who}.`)];
      }
    },
  };
}
