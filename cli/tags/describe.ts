import { formatAge } from '../../shared/report/format.ts';
import { formatAuthor, type Origin } from '../../shared/store/origin.ts';
import { isRemoval, type TagRecord } from '../../shared/store/tag.ts';

/** `change 12, push by alice on laptop, 3 hours ago`; a rollback with the change that it restored. */
export function describeChange({ sequence, action, by, from, time }: TagRecord): string {
  const restored = action === 'rollback' && from?.sequence ? ` to change ${from.sequence}` : '';
  const author = by ? ` by ${formatAuthor(by)}` : '';
  return `change ${sequence}, ${action}${restored}${author}, ${formatAge(time, Date.now())}`;
}

/** `api:4f2c1e in s3://staging-images`, or `change 3` of the tag itself. */
export function describeOrigin({ reference, store, sequence }: Origin, itself: string): string {
  if (reference === itself && !store && sequence) return `change ${sequence}`;
  return store ? `${reference} in ${store}` : reference;
}

/** A row of a plan: where a tag is by its last change. */
export function stateRow(when: 'now' | 'then', record: TagRecord): string[] {
  const where = isRemoval(record) ? 'gone' : record.digest;
  return [`  ${when}`, where, `(${describeChange(record)})`];
}
