import { isWherryError } from '../error.ts';
import type { Check } from './check.ts';
import { ok, problemOf } from './finding.ts';
import type { Setting } from './setting.ts';

/** Whether there is a store, of a version that this program knows. */
export function formatCheck({ store }: Setting): Check {
  return {
    name: 'format',
    needs: ['list', 'read'],
    limit: 6_000,
    late: 'STORE_FAILING',
    async run(signal) {
      try {
        const sizes = await store.findChunkSizes({ signal });
        if (!sizes) return [ok(`There is no store at ${store.url} yet; the first push makes it.`)];
        return [ok(`There is a store at ${store.url}, of version 1.`)];
      } catch (error) {
        if (!isWherryError(error, 'CORRUPT')) throw error;
        return [problemOf('STORE_FORMAT', error)];
      }
    },
  };
}
