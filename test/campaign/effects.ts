import type { Digest } from '../../shared/digest.ts';
import { isRemoval, type TagRecord } from '../../shared/store/tag.ts';
import { pointerOf } from './model.ts';
import type { Move, Rollback } from './operation.ts';

/** What an operation has to do with a tag that has a certain history. */
export type Effect =
  | { kind: 'stays' | 'conflict' | 'not found' }
  /** To what the tag then has as its last record; `restores` is the number of a rollback's origin. */
  | { kind: 'moves'; digest: Digest; restores?: number };

type Line = readonly TagRecord[];

/**
 * What the documentation says that an operation does, found without the product's own code.
 *
 * @param line of the tag, the oldest first
 * @param source where a promotion's source points; undefined when it is not there
 */
export function effectOn(operation: Move, line: Line, source: Digest | undefined): Effect {
  const now = pointerOf(line);
  const goal = goalOf(operation, line, source);
  const absent = goal === undefined;
  // Who asks for what is not there hears of that first, but a rollback of a tag that is there.
  const late = operation.kind === 'rollback' && line.length > 0;
  if (absent && !late) return { kind: 'not found' };
  if (operation.expect !== undefined && operation.expect !== (now ?? 'none')) {
    return { kind: 'conflict' };
  }
  if (absent) return { kind: 'not found' };
  if (operation.kind !== 'remove' && goal.digest === now) return { kind: 'stays' };
  const guarded = 'immutable' in operation && operation.immutable;
  if (guarded && now !== undefined) return { kind: 'conflict' };
  return { kind: 'moves', ...goal };
}

type Goal = { digest: Digest; restores?: number };

function goalOf(operation: Move, line: Line, source: Digest | undefined): Goal | undefined {
  const now = pointerOf(line);
  switch (operation.kind) {
    case 'push':
      return { digest: operation.digest };
    case 'promote':
      return source && { digest: source };
    case 'remove':
      return now && { digest: now };
    case 'rollback':
      return goalBack(operation, line);
  }
}

/** A rollback restores what another one restored by the number that it had at first. */
function goalBack({ to }: Rollback, line: Line): Goal | undefined {
  const there = line.filter((record) => !isRemoval(record));
  const found =
    to === undefined
      ? undone(line)
      : there.findLast(({ sequence, digest }) => to === sequence || to === digest);
  return found && { digest: found.digest, restores: originOf(found) };
}

/** As in an editor: below where the tag stands now, the next change that led elsewhere. */
function undone(line: Line): TagRecord | undefined {
  const last = line.at(-1);
  if (!last) return undefined;
  const now = pointerOf(line);
  return line
    .slice(0, originOf(last) - 1)
    .findLast((record) => !isRemoval(record) && record.digest !== now);
}

function originOf({ action, sequence, from }: TagRecord): number {
  return action === 'rollback' ? (from?.sequence ?? sequence) : sequence;
}
