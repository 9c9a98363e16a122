import { keys } from '../store/keys.ts';
import type { Check } from './check.ts';
import { ok, problem, skipped } from './finding.ts';
import { formatOf, type S3Setting } from './setting.ts';
import { storeTrouble } from './store-trouble.ts';

/** Whether a part of an object can be read, which load depends on. */
export function rangesCheck({ probe, known, location }: S3Setting): Check {
  return {
    name: 'ranges',
    needs: ['read'],
    limit: 6_000,
    late: 'STORE_FAILING',
    async run(signal) {
      const object = formatOf(known);
      if (!object) return [skipped('Ranges cannot be tried before the first push.')];
      const range = { start: 1, length: 4 };
      try {
        const part = await probe.bucket.get(keys.format, { range, signal });
        const expected = object.bytes.subarray(1, 5);
        if (part?.bytes.equals(expected)) return [ok('Parts of objects can be read (ranges).')];
      } catch (error) {
        return [storeTrouble(error, location.bucket)];
      }
      return [
        problem(
          'RANGES_IGNORED',
          'This store gives the whole object, or another part, where a part of it is asked for.',
          'Use a server that honours Range, or take away the proxy that does not; push and pull work ' +
            'without, load does not.',
        ),
      ];
    },
  };
}
