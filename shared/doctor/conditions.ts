import { denialOf } from '../bucket/denial.ts';
import { keys } from '../store/keys.ts';
import type { Check } from './check.ts';
import { ok, skipped } from './finding.ts';
import { formatOf, noEtag, type S3Setting } from './setting.ts';
import { storeTrouble } from './store-trouble.ts';
import { conditionsIgnored } from './write.ts';

/**
 * Whether If-Match keeps a put from replacing another object, which tags depend on. It is tried on
 * format.json, which never changes, with its own bytes: where it is ignored nothing is lost.
 */
export function conditionsCheck({ probe, known, location }: S3Setting): Check {
  return {
    name: 'conditions',
    needs: ['write'],
    limit: 6_000,
    late: 'STORE_FAILING',
    async run(signal) {
      const object = formatOf(known);
      if (!object) return [skipped('Compare-and-swap cannot be tried before the first push.')];
      try {
        const options = { condition: { etag: noEtag }, signal };
        const stored = await probe.bucket.put(keys.format, object.bytes, options);
        if (stored !== undefined) return [conditionsIgnored('If-Match')];
        return [ok('Tags move by compare-and-swap: the store honours If-Match.')];
      } catch (error) {
        if (!denialOf(error)) return [storeTrouble(error, location.bucket)];
        return [ok("The bucket's policy itself keeps what never changes from being replaced.")];
      }
    },
  };
}
