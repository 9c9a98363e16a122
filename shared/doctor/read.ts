import { denialOf } from '../bucket/denial.ts';
import { keys } from '../store/keys.ts';
import { denied } from './blame.ts';
import type { Check } from './check.ts';
import { ok, skipped } from './finding.ts';
import { found, type S3Setting } from './setting.ts';

/** s3:GetObject, on the store's objects. */
export function readCheck(setting: S3Setting): Check {
  const { known } = setting;
  return {
    name: 'read',
    needs: ['signature'],
    limit: 1_000,
    async run() {
      const format = found(known.format);
      if ('object' in format) {
        return [ok('The objects of the store may be read (s3:GetObject).')];
      }
      const denial = denialOf(format.denied);
      // A key that is missing is denied to whoever may not list.
      const unclear = known.tags === undefined && denial?.action !== 's3:GetObject';
      if (unclear) {
        return [
          skipped('Whether objects may be read cannot be told from one that may be missing.'),
        ];
      }
      const purpose = 'to read images';
      const { denied: error } = format;
      return [
        denied(
          { code: 'READ_DENIED', action: 's3:GetObject', purpose, key: keys.format, error },
          setting,
        ),
      ];
    },
  };
}
