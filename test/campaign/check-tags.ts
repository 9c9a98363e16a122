import { isDeepStrictEqual } from 'node:util';
import { parseTagReference } from '../../shared/image/reference.ts';
import { checkRecord } from './check-records.ts';
import { checkReport } from './check-reports.ts';
import { addedIn, type Course, type Seen } from './course.ts';
import { pointerOf } from './model.ts';
import type { Move, Outcome } from './operation.ts';
import { storeAt, tagAt } from './places.ts';
import type { Setting } from './setting.ts';

export function movesOf(outcomes: Outcome[]): Outcome<Move>[] {
  return outcomes.filter((outcome): outcome is Outcome<Move> => outcome.operation.kind !== 'pull');
}

/** What is wrong with the tags and their histories, given what the programs report. */
export function checkTags(courses: Course[], outcomes: Outcome[], setting: Setting, seen: Seen) {
  return courses.flatMap((course) => {
    const moves = movesOf(outcomes).filter(({ operation }) =>
      (operation.places as string[]).includes(course.place),
    );
    const parts = { course, courses, moves, seen, setting };
    return [
      ...checkLine(course),
      ...addedIn(course).flatMap((record) => checkRecord(record, parts)),
      ...moves.flatMap((outcome) => checkReport(outcome, parts)),
    ];
  });
}

function checkLine({ place, before, after }: Course): string[] {
  const same = isDeepStrictEqual(before, after.slice(0, before.length));
  const broken = after.findIndex(
    ({ sequence, previous }, index) =>
      sequence !== index + 1 || previous !== pointerOf(after.slice(0, index)),
  );
  return [
    ...(same ? [] : [`the history of ${place} has changed`]),
    ...(broken < 0 ? [] : [`the history of ${place} is broken at change ${broken + 1}`]),
  ];
}

/** A tag has to be read as its history says: one that was removed is absent. */
export async function checkRead({ place, after }: Course, { stores }: Setting): Promise<string[]> {
  const record = await stores[storeAt(place)].getTag(parseTagReference(tagAt(place)));
  const wanted = pointerOf(after) && after.at(-1)?.id;
  return record?.id === wanted ? [] : [`${place} reads as ${record?.digest ?? 'absent'}`];
}
