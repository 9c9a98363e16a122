import { denialOf } from '../bucket/denial.ts';
import { throwIfAborted } from '../error.ts';
import { keys, tagOfKey } from '../store/keys.ts';
import { denied } from './blame.ts';
import type { Check } from './check.ts';
import { ok, skipped } from './finding.ts';
import { noEtag, type S3Setting } from './setting.ts';
import { storeTrouble } from './store-trouble.ts';
import { conditionsIgnored } from './write.ts';

/**
 * s3:PutObject on this host's own heartbeat: put on condition of an ETag that none has. Where a store
 * ignores that, the next heartbeat replaces what was put, which until then counts as none.
 */
export function heartbeatCheck(setting: S3Setting): Check {
  const { probe, known, location, image, host } = setting;
  return {
    name: 'heartbeat',
    needs: ['list', 'read'],
    limit: 6_000,
    late: 'STORE_FAILING',
    async run(signal) {
      const [first] = known.tags?.objects ?? [];
      const tag = image ?? (first && tagOfKey(first.key));
      if (!tag) return [skipped('There is no tag yet to report on.')];
      const key = keys.heartbeat(tag, host);
      try {
        const options = { condition: { etag: noEtag }, signal };
        const stored = await probe.bucket.put(key, Buffer.from('{}'), options);
        if (stored !== undefined) return [{ ...conditionsIgnored('If-Match'), level: 'warning' }];
        return [ok('This host may write its heartbeat.')];
      } catch (error) {
        throwIfAborted(signal);
        if (!denialOf(error)) return [storeTrouble(error, location.bucket)];
        const purpose = 'for the fleet to see this host; pulls work without';
        const what = {
          code: 'HEARTBEAT_DENIED',
          action: 's3:PutObject',
          purpose,
          key,
          error,
        } as const;
        return [{ ...denied(what, setting), level: 'warning' }];
      }
    },
  };
}
