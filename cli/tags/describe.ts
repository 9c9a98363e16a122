import type { Digest } from '../../shared/digest.ts';
import { formatAge } from '../../shared/report/format.ts';
import { formatAuthor, type Origin } from '../../shared/store/origin.ts';
import type { TagRecord } from '../../shared/store/tag.ts';

/** `change 12, push by alice on laptop, 3 hours ago`. */
export function describeChange({ sequence, action, by, time }: TagRecord): string {
  const author = by ? ` by ${formatAuthor(by)}` : '';
  return `change ${sequence}, ${action}${author}, ${formatAge(time, Date.now())}`;
}

/** `api:4f2c1e in s3://staging-images`, or `change 3` of the tag itself. */
export function describeOrigin({ reference, store, sequence }: Origin, itself: string): string {
  if (reference === itself && !store && sequence) return `change ${sequence}`;
  return store ? `${reference} in ${store}` : reference;
}

/** Rows of a plan: where a tag points now, and what becomes of it. */
export function planRows(
  current: TagRecord | undefined,
  then: { digest: Digest; why: string } | undefined,
): string[][] {
  return [
    current
      ? ['  now', current.digest, `(${describeChange(current)})`]
      : ['  now', 'it is not there'],
    then ? ['  then', then.digest, `(${then.why})`] : ['  then', 'it is not there'],
  ];
}
