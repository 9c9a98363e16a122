import { type Report, silent } from '../events.ts';
import { defaultRetryPolicy, type FailedTry, type RetryPolicy, retry } from '../retry.ts';
import { bucketWith } from './around.ts';
import type { Bucket } from './bucket.ts';

export interface RetryingOptions {
  policy?: RetryPolicy | undefined;
  /** Is given each retry as a `debug` event, and each spell of them as one `notice`. */
  report?: Report | undefined;
  /** Milliseconds that a request may take before its retries are worth a notice. */
  noticeAfter?: number | undefined;
}

/** Milliseconds for which tidying up is tried; what stays behind is in nobody's way. */
const cleanupBudget = 5_000;

/** The same bucket, with every request tried again within a budget while its failure may pass. */
export function retryingBucket(bucket: Bucket, options: RetryingOptions = {}): Bucket {
  const { policy = defaultRetryPolicy, report = silent, noticeAfter = 3_000 } = options;
  const cleanup = { ...policy, budget: Math.min(policy.budget, cleanupBudget) };
  const onRetry = retryReport(report, noticeAfter, policy.budget);
  return bucketWith(
    (send, request) =>
      retry(send, {
        policy: request.cleanup ? cleanup : policy,
        signal: request.signal,
        onRetry,
      }),
    bucket,
  );
}

/** A spell of failures ends when none has come for as long as a budget. */
function retryReport(report: Report, noticeAfter: number, budget: number) {
  let told = false;
  let last = Number.NEGATIVE_INFINITY;
  return ({ error, number, elapsed, pause, left }: FailedTry): void => {
    const what = error.message.replace(/\.$/, '');
    report({ type: 'debug', text: `${what}; try ${number + 1} in ${Math.round(pause)} ms.` });
    const now = performance.now();
    if (now - last > budget) told = false;
    last = now;
    if (told || elapsed < noticeAfter) return;
    told = true;
    report({ type: 'notice', text: `${what}; trying for ${Math.ceil(left / 1000)} s more.` });
  };
}
