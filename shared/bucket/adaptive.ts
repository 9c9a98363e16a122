import { type Report, silent } from '../events.ts';
import { AdaptiveLimit } from './adaptive-limit.ts';
import { bucketWith } from './around.ts';
import type { Bucket } from './bucket.ts';

/** The same bucket, with `most` requests at once, and fewer while it answers SLOW_DOWN. */
export function adaptiveBucket(bucket: Bucket, most: number, report: Report = silent): Bucket {
  const limit = new AdaptiveLimit(most, (now) =>
    report({ type: 'debug', text: `${bucket.url}: ${now} requests at once from now on.` }),
  );
  return bucketWith(
    (send, { signal, cleanup }) => limit.run(send, cleanup ? undefined : signal),
    bucket,
  );
}
