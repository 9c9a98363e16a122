import type { Options } from '../bucket/bucket.ts';
import { isPassing, isWherryError, withMore } from '../error.ts';
import type { TagReference } from '../image/reference.ts';
import type { History } from './history.ts';
import type { TagRecord } from './tag.ts';
import type { Pointers } from './tag-pointer.ts';

/**
 * What has become of a change of a tag: it was made; it was not, for the pointer is as it was, or was
 * swapped by another; `untried`: it was not begun; `under way`: it is not made, and may be yet; or that
 * cannot be told.
 */
export type Fate = 'made' | 'as it was' | 'by another' | 'untried' | 'under way' | 'unknown';

/** A change as it was to be swapped in. */
export interface Swap {
  tag: TagReference;
  next: TagRecord;
  /** Of the pointer that it was to replace; undefined where there was none. */
  etag: string | undefined;
}

/** Milliseconds to find out what has become of a change, after it has failed. */
const patience = 5_000;

/**
 * Looks at what the store has. Where another came after, it has put the record of a change that was made
 * into the history.
 */
export async function findFate(
  { tag, next, etag }: Swap,
  { pointers, history }: { pointers: Pointers; history: History },
  options: Options,
): Promise<'made' | 'as it was' | 'by another'> {
  const found = await pointers.read(tag, options);
  if (found?.value.id === next.id) return 'made';
  if (found?.etag === etag) return 'as it was';
  const change = await history.getChange(tag, next.sequence, options);
  return change?.id === next.id ? 'made' : 'by another';
}

/**
 * What has become of a change when swapping it in has failed: S3 may have done what it did not answer,
 * and may do it yet where it has not been heard to refuse.
 */
export async function fateAfter(
  error: unknown,
  swap: Swap,
  parts: { pointers: Pointers; history: History },
): Promise<Fate> {
  const options = { signal: AbortSignal.timeout(patience) };
  const fate = await findFate(swap, parts, options).catch(() => 'unknown' as const);
  const isOpen = isPassing(error) || isWherryError(error, 'INTERRUPTED');
  return fate === 'as it was' && isOpen ? 'under way' : fate;
}

/** The same error, which says what has become of the tag. One that is a conflict says it already. */
export function withFate(
  error: unknown,
  fate: Fate,
  { reference, removes }: { reference: string; removes: boolean },
): unknown {
  if (isWherryError(error, 'CONFLICT')) return error;
  const [moved, been] = removes ? ['removed', 'been removed'] : ['moved', 'moved'];
  const sentences: Record<Fate, string> = {
    made: `The tag ${reference} has ${been}.`,
    'as it was': `The tag ${reference} is as it was.`,
    'by another': `The tag ${reference} was changed by somebody else meanwhile.`,
    untried: `The tag ${reference} was not ${moved}.`,
    'under way': `The tag ${reference} was not ${moved} when it was looked at, but what was sent may still arrive.`,
    unknown: `Whether the tag ${reference} has ${been} could not be told.`,
  };
  return withMore(error, sentences[fate]);
}
