import { type Report, silent } from '../events.ts';
import type { Bucket, GetOptions } from './bucket.ts';
import { hedge } from './hedge.ts';
import { defaultPatience, Patience, type PatiencePolicy } from './patience.ts';

/** Second requests that may be saved up: one is earned by every ten reads. */
export const mostHedges = 4;
const earned = 0.1;

/** Bytes from which an object's transfer counts for more than the wait for its first byte. */
const large = 256 * 1024;

/**
 * The same bucket, with a read that takes far longer than recent ones raced by a second request. No
 * more than one read in ten is, and {@link mostHedges} at first, so that a slow S3 is not hit twice
 * as hard. Small and large reads are compared each with their own kind only.
 */
export function hedgedBucket(
  bucket: Bucket,
  { policy = defaultPatience, report = silent }: { policy?: PatiencePolicy; report?: Report } = {},
): Bucket {
  const patience = { small: new Patience(policy), large: new Patience(policy) };
  let credit = mostHedges;

  return {
    ...bucket,
    get: (key, options = {}) => {
      const times = patience[(sizeOf(options) ?? 0) < large ? 'small' : 'large'];
      const { milliseconds } = times;
      credit = Math.min(mostHedges, credit + earned);
      const allowed = () => {
        if (credit < 1) return false;
        credit--;
        const seconds = (milliseconds / 1000).toFixed(1);
        report({ type: 'debug', text: `${key} is not here after ${seconds} s; asking once more.` });
        return true;
      };
      const read = async (signal: AbortSignal) => {
        const began = performance.now();
        const object = await bucket.get(key, { ...options, signal });
        times.note(performance.now() - began);
        return object;
      };
      return hedge(read, { patience: milliseconds, allowed, signal: options.signal });
    },
  };
}

function sizeOf({ range, sizeHint }: GetOptions): number | undefined {
  return range?.length ?? sizeHint;
}
