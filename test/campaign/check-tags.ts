import type { Digest } from '../../shared/digest.ts';
import type { TagRecord } from '../../shared/store/tag.ts';
import type { Outcome, Push } from './operation.ts';

/** A tag before and after a batch: its history, the oldest first. */
export interface Move {
  tag: string;
  before: readonly TagRecord[];
  after: readonly TagRecord[];
}

type Pushed = Outcome & { operation: Push };

/** Where the tag pointed at any time during the batch; `none` when it was not there. */
export function seenAt({ before, after }: Move): Set<Digest | 'none'> {
  const added = after.slice(before.length).map(({ digest }) => digest);
  return new Set([before.at(-1)?.digest ?? 'none', ...added]);
}

/** What is wrong with a tag and its history, given what the pushes of the batch report. */
export function checkTag(move: Move, outcomes: Outcome[]): string[] {
  const pushes = outcomes.filter(
    (outcome): outcome is Pushed =>
      outcome.operation.kind === 'push' && outcome.operation.tags.includes(move.tag),
  );
  const added = move.after.slice(move.before.length);
  return [
    ...checkLine(move),
    ...added
      .filter(({ digest }) => !pushes.some(({ operation }) => operation.digest === digest))
      .map(({ digest }) => `${move.tag} went to ${digest}, which nobody pushed to it`),
    ...pushes.flatMap((outcome) => checkPush(outcome, move, pushes)),
  ];
}

function checkLine({ tag, before, after }: Move): string[] {
  const same = before.every(({ id, digest }, index) => {
    const now = after[index];
    return now?.id === id && now.digest === digest;
  });
  const broken = after.findIndex(
    ({ sequence, previous }, index) =>
      sequence !== index + 1 || previous !== after[index - 1]?.digest,
  );
  return [
    ...(same ? [] : [`the history of ${tag} has changed`]),
    ...(broken < 0 ? [] : [`the history of ${tag} is broken at change ${broken + 1}`]),
  ];
}

/** @param pushes all of the batch to this tag */
function checkPush({ operation, code, json }: Pushed, move: Move, pushes: Pushed[]): string[] {
  const { number, digest, expect, immutable } = operation;
  const { tag, before, after } = move;
  const seen = seenAt(move);
  const same = pushes.filter((push) => push.operation.digest === digest).length;
  const moved = after.slice(before.length).filter((record) => record.digest === digest).length;
  const start = before.at(-1)?.digest ?? 'none';
  const name = `operation ${number}`;
  const wrong: string[] = [];
  if (moved > same) wrong.push(`${name} moved ${tag} ${moved} times`);
  if (code === 0 && json?.digest !== digest) wrong.push(`${name} reports ${json?.digest}`);
  if (code === 0 && !seen.has(digest)) wrong.push(`${name} says done, and did not move ${tag}`);
  if (code === 6 && same === 1 && moved > 0)
    wrong.push(`${name} reports a conflict, and moved ${tag}`);
  if (pushes.length > 1) return wrong;
  const fits = expect === undefined || expect === start;
  const mayMove = fits && !(immutable && start !== 'none' && start !== digest);
  if (!mayMove && moved > 0) wrong.push(`${name} moved ${tag}, which it should not have`);
  if (!mayMove && code === 0) wrong.push(`${name} says done in place of a conflict over ${tag}`);
  if (mayMove && code === 6)
    wrong.push(`${name} reports a conflict over ${tag}, and there is none`);
  return wrong;
}
