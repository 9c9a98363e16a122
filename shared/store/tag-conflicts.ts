import type { Digest } from '../digest.ts';
import { WherryError } from '../error.ts';
import { formatReference, type TagReference } from '../image/reference.ts';
import { formatAuthor } from './origin.ts';
import { isRemoval, type TagAction, type TagRecord } from './tag.ts';

/** @throws WherryError CONFLICT when the tag is not where `expect` says */
export function checkExpectation(
  tag: TagReference,
  current: TagRecord | undefined,
  expect: Digest | 'none' | undefined,
): void {
  if (expect === undefined || (current?.digest ?? 'none') === expect) return;
  const wanted = expect === 'none' ? 'to be absent' : `at ${expect}`;
  throw new WherryError(
    'CONFLICT',
    `The tag ${whereIs(tag, current)}; it was expected ${wanted}.`,
    {
      side: 'store',
      hint: 'Look at what moved it, then try again with what it points to now.',
    },
  );
}

/** @throws WherryError CONFLICT when the tag was changed, by whoever it was, since it was read */
export function checkUnmoved(
  tag: TagReference,
  last: TagRecord | undefined,
  read: TagRecord | undefined,
): void {
  if (last?.sequence === read?.sequence && last?.id === read?.id) return;
  throw new WherryError('CONFLICT', `The tag ${whereIs(tag, last)}; it moved meanwhile.`, {
    side: 'store',
    hint: 'Look at what moved it, then try again if that is still right.',
  });
}

/** @throws WherryError CONFLICT when the tag is there, and may not move */
export function checkMovable(
  tag: TagReference,
  current: TagRecord | undefined,
  immutable: boolean | undefined,
): void {
  if (!current || !immutable) return;
  throw new WherryError(
    'CONFLICT',
    `The tag ${whereIs(tag, current)}, and may not move (--immutable).`,
    { side: 'store', hint: 'Use another tag.' },
  );
}

/** The error for a tag that the store's settings hold where it is. */
export function isImmutable(
  tag: TagReference,
  current: TagRecord,
  action: TagAction,
  pattern: string,
): WherryError {
  const removes = action === 'remove';
  return new WherryError(
    'CONFLICT',
    `The tag ${whereIs(tag, current)}, and may not ${removes ? 'be removed' : 'move'}: ` +
      `it is immutable by the pattern "${pattern}" of the store.`,
    {
      side: 'store',
      hint: removes
        ? 'Pass --force to remove it all the same.'
        : `Use another tag, or take the pattern away: wherry config --mutable '${pattern}'.`,
    },
  );
}

function whereIs(tag: TagReference, last: TagRecord | undefined): string {
  const name = formatReference(tag);
  if (!last) return `${name} is not there`;
  const by = last.by ? ` by ${formatAuthor(last.by)}` : '';
  const change = `(change ${last.sequence}, ${last.action}${by})`;
  if (isRemoval(last)) return `${name} is gone since ${last.time} ${change}`;
  return `${name} points to ${last.digest} since ${last.time} ${change}`;
}
