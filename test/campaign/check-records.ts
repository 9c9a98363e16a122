import { isDeepStrictEqual } from 'node:util';
import type { Origin } from '../../shared/store/origin.ts';
import type { TagRecord } from '../../shared/store/tag.ts';
import type { TagTarget } from '../../shared/store/tag-images.ts';
import { type Course, type Seen, sourcesOf } from './course.ts';
import { type Effect, effectOn } from './effects.ts';
import { type Move, noteOf, type Outcome, referenceOf } from './operation.ts';
import { storeAt, tagAt } from './places.ts';
import type { Setting } from './setting.ts';

/** A tag, and all that may explain what became of it. */
export interface Explanation {
  course: Course;
  /** Of all tags of the batch. */
  courses: Course[];
  /** What was to move this one. */
  moves: Outcome<Move>[];
  seen: Seen;
  setting: Setting;
}

/** What an operation may have had to do, by what its source pointed to meanwhile. */
export function effectsOn(operation: Move, line: readonly TagRecord[], seen: Seen): Effect[] {
  if (operation.kind !== 'promote') return [effectOn(operation, line, undefined)];
  return [...sourcesOf(operation, seen)].map((source) =>
    effectOn(operation, line, source === 'none' ? undefined : source),
  );
}

/** A change must be what one of the operations had to do with the tag as it was just before. */
export function checkRecord(record: TagRecord, explanation: Explanation): string[] {
  const { course, moves, seen, setting } = explanation;
  const { sequence, action, digest, note } = record;
  const name = `change ${sequence} of ${course.place}`;
  const operation = moves.find((each) => noteOf(each.operation) === note)?.operation;
  if (!operation) return [`${name}, ${action} of ${digest}, was made by nobody`];
  const line = course.after.slice(0, sequence - 1);
  const effect = effectsOn(operation, line, seen).find(
    (each) => each.kind === 'moves' && each.digest === digest,
  );
  if (effect?.kind !== 'moves') return [`${name} is not what ${note} had to do`];
  const wrong: string[] = [];
  if (action !== operation.kind) wrong.push(`${name} is a ${action} by a ${operation.kind}`);
  if (!isFrom(operation, record.from, effect.restores, setting)) {
    wrong.push(`${name} says that it is from ${JSON.stringify(record.from)}`);
  }
  const origin = originOf(operation, record, line, explanation);
  if (origin && !isDeepStrictEqual(targetIn(origin), targetIn(record))) {
    wrong.push(`${name} differs from what it was made of`);
  }
  return wrong;
}

function isFrom(
  operation: Move,
  from: Origin | undefined,
  restores: number | undefined,
  { stores }: Setting,
): boolean {
  if (operation.kind === 'rollback') {
    return from?.reference === tagAt(operation.places[0]) && from.sequence === restores;
  }
  if (operation.kind !== 'promote') return from === undefined;
  const [source, target] = [operation.source, operation.places[0]].map(storeAt);
  const store = source && source !== target ? stores[source].url : undefined;
  return from?.reference === referenceOf(operation) && from.store === store;
}

/** The record whose images the new one has; undefined where it is not from one. */
function originOf(
  operation: Move,
  { from }: TagRecord,
  line: readonly TagRecord[],
  { courses }: Explanation,
): Partial<TagRecord> | undefined {
  const change = (from?.sequence ?? 0) - 1;
  switch (operation.kind) {
    case 'push':
      return undefined;
    case 'remove':
      return line.at(-1);
    case 'rollback':
      return line[change] ?? {};
    case 'promote': {
      const { source, digest } = operation;
      if (digest) return undefined;
      return courses.find(({ place }) => place === source)?.after[change] ?? {};
    }
  }
}

function targetIn(record: Partial<TagRecord>): Partial<TagTarget> {
  const { digest, mediaType, platforms, imageSize, layers, chunks, images } = record;
  return { digest, mediaType, platforms, imageSize, layers, chunks, images };
}
