import type { TagRecord } from '../../shared/store/tag.ts';
import { type Explanation, effectsOn } from './check-records.ts';
import { addedIn, statesOf } from './course.ts';
import { pointerOf } from './model.ts';
import { type Move, noteOf, type Outcome } from './operation.ts';

/** What an operation says that it did to a tag must be so. */
export function checkReport(outcome: Outcome<Move>, explanation: Explanation): string[] {
  const { operation, code, stderr } = outcome;
  const { course } = explanation;
  const { place } = course;
  const name = noteOf(operation);
  const added = addedIn(course);
  const mine = added.filter(({ note }) => note === name);
  const wrong: string[] = [];
  if (mine.length > 1) wrong.push(`${name} moved ${place} ${mine.length} times`);
  if (code === 0) return [...wrong, ...checkDone(outcome, mine[0], explanation)];
  if (
    mine.length > 0 &&
    /is as it was[.;]|Nothing was done| was not (?:moved|removed)\./.test(stderr)
  ) {
    wrong.push(`${name} says that ${place} is as it was, and moved it`);
  }
  if (added.length === 0 && / has (?:moved|been removed)\./.test(stderr)) {
    wrong.push(`${name} says that ${place} has moved, and it has not`);
  }
  if (code !== 3 && code !== 6) return wrong;
  const told = code === 3 ? 'not found' : 'conflict';
  if (mine.length > 0) wrong.push(`${name} reports ${told}, and moved ${place}`);
  // What was shown is done, or nothing.
  const overtaken = code === 6 && operation.kind !== 'push' && added.length > 0;
  const explained = overtaken || mayHave(told, operation, explanation);
  return explained ? wrong : [...wrong, `${name} reports ${told} over ${place}, and there is none`];
}

/** @param mine the change that it made; none where the tag was there already */
function checkDone(
  { operation, json }: Outcome<Move>,
  mine: TagRecord | undefined,
  explanation: Explanation,
): string[] {
  const { course, seen } = explanation;
  const name = noteOf(operation);
  const wrong: string[] = [];
  const stays = statesOf(course).some(
    (line) =>
      pointerOf(line) === json?.digest &&
      effectsOn(operation, line, seen).some(({ kind }) => kind === 'stays'),
  );
  if (!mine && !stays) wrong.push(`${name} says done, and did not move ${course.place}`);
  if (mine && json?.digest !== mine.digest) wrong.push(`${name} reports ${json?.digest}`);
  const { sequence, moved = json?.removed, plan } = json ?? {};
  // A change that came between plan and move is a conflict, also where it left the tag as absent as before.
  if (mine && plan && (plan.last?.sequence ?? 0) !== mine.sequence - 1) {
    wrong.push(`${name} was planned before another change of ${course.place}, and moved it`);
  }
  if (moved !== undefined && moved !== (mine !== undefined)) {
    wrong.push(`${name} reports that it ${moved ? 'moved' : 'did not move'} ${course.place}`);
  }
  if (mine && sequence !== undefined && sequence !== mine.sequence) {
    wrong.push(`${name} reports change ${sequence} of ${course.place}, and made ${mine.sequence}`);
  }
  return wrong;
}

/** Whether an operation may have had to end so, at any time of the batch. */
function mayHave(
  kind: 'not found' | 'conflict',
  operation: Move,
  { course, seen }: Explanation,
): boolean {
  return statesOf(course).some((line) =>
    effectsOn(operation, line, seen).some((effect) => effect.kind === kind),
  );
}
