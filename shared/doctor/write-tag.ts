import { denialOf } from '../bucket/denial.ts';
import { throwIfAborted } from '../error.ts';
import { denied } from './blame.ts';
import type { Check } from './check.ts';
import { ok, skipped } from './finding.ts';
import type { S3Setting } from './setting.ts';
import { storeTrouble } from './store-trouble.ts';

/**
 * s3:PutObject on tags, which a policy may treat unlike the rest: a tag that is there is put again, with
 * its own bytes, on condition that it is not there. By now it is known that the store honours that.
 */
export function writeTagCheck(setting: S3Setting): Check {
  const { probe, known, location } = setting;
  return {
    name: 'tags',
    needs: ['write'],
    limit: 6_000,
    late: 'STORE_FAILING',
    async run(signal) {
      const key = known.tags?.objects[0]?.key;
      if (key === undefined) return [skipped('There is no tag yet that could be written.')];
      try {
        const tag = await probe.bucket.get(key, { signal });
        if (!tag) return [skipped('The tag that was found is gone.')];
        await probe.bucket.put(key, tag.bytes, { condition: { absent: true }, signal });
        return [ok('Tags may be written.')];
      } catch (error) {
        throwIfAborted(signal);
        if (!denialOf(error)) return [storeTrouble(error, location.bucket)];
        const purpose = 'to move tags';
        const what = { code: 'WRITE_DENIED', action: 's3:PutObject', purpose, key, error } as const;
        return [denied(what, setting)];
      }
    },
  };
}
