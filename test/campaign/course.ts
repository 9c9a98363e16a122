import type { Digest } from '../../shared/digest.ts';
import type { TagRecord } from '../../shared/store/tag.ts';
import { pointerOf } from './model.ts';
import type { Promote, Pull } from './operation.ts';
import type { Place } from './places.ts';

/** A tag before and after a batch: its history, the oldest first. */
export interface Course {
  place: Place;
  before: readonly TagRecord[];
  after: readonly TagRecord[];
}

/** Where a tag pointed at any time during the batch; `none` when it was not there, or gone. */
export type Seen = (place: Place) => ReadonlySet<Digest | 'none'>;

export function seenIn(courses: Course[]): Seen {
  const all = new Map(
    courses.map((course) => [
      course.place,
      new Set(statesOf(course).map((line) => pointerOf(line) ?? ('none' as const))),
    ]),
  );
  return (place) => all.get(place) ?? new Set(['none']);
}

/** The changes that the batch brought. */
export function addedIn({ before, after }: Course): readonly TagRecord[] {
  return after.slice(before.length);
}

/** Each history that the tag had meanwhile, the first and the last one too. */
export function statesOf(course: Course): (readonly TagRecord[])[] {
  const { before, after } = course;
  return [before, ...addedIn(course).map((_, index) => after.slice(0, before.length + index + 1))];
}

/** What an operation may have found where it looked; `none`: nothing. */
export function sourcesOf(
  { source, digest }: Pull | Promote,
  seen: Seen,
): ReadonlySet<Digest | 'none'> {
  return digest ? new Set([digest]) : seen(source);
}
