import { parseTagReference } from '../../shared/image/reference.ts';
import { checkEndings } from './check-endings.ts';
import { checkEngine, checkPull, pullsOf } from './check-pulls.ts';
import { checkRead, checkTags } from './check-tags.ts';
import { type Course, seenIn } from './course.ts';
import { writeLogs } from './log.ts';
import type { Model } from './model.ts';
import { placesOf } from './operation.ts';
import { prepare } from './perform.ts';
import { type Place, storeAt, tagAt } from './places.ts';
import type { Batch } from './plan.ts';
import { type Setting, settle } from './setting.ts';
import type { Tally } from './tally.ts';
import { checkWhole } from './whole.ts';

interface Parts {
  setting: Setting;
  model: Model;
  tally: Tally;
}

/**
 * Runs the operations of a batch at the same time while its faults strike, then looks at what has
 * become of the stores and the engine.
 *
 * @returns the rules that were broken
 */
export async function runBatch(batch: Batch, { setting, model, tally }: Parts): Promise<string[]> {
  const { server, engine } = setting;
  if (batch.emptyEngine) await emptyEngine(setting);
  const ready = await Promise.all(batch.operations.map((each) => prepare(each, setting)));
  server.requests.reset();
  server.faults.set(batch.phase.faults.map(({ rule }) => rule));
  const outcomes = await Promise.all(ready.map((perform) => perform()));
  tally.add(batch, outcomes, server);
  server.faults.clear();
  await settle(setting);
  await writeLogs(batch, outcomes, setting);

  const places = [...new Set(batch.operations.flatMap(placesOf))];
  const courses = await Promise.all(places.map((place) => follow(place, { setting, model })));
  const seen = seenIn(courses);
  const pulls = pullsOf(outcomes);
  const looks = await Promise.all([
    ...pulls.map((pull) => checkPull(pull, seen, model)),
    ...courses.map((course) => checkRead(course, setting)),
    ...courses.map((course) => checkNew(course, { setting, model })),
  ]);
  const wrong = [
    ...checkEndings(outcomes, batch.phase),
    ...checkTags(courses, outcomes, setting, seen),
    ...looks.flat(),
    ...(engine ? await checkEngine(engine, pulls, model) : []),
  ];
  return wrong.map((line) => `${line} (phase ${batch.phase.name})`);
}

async function emptyEngine({ engine }: Setting): Promise<void> {
  for (const { id, tags } of (await engine?.images()) ?? []) {
    for (const name of tags.length > 0 ? tags : [id]) await engine?.remove(name);
  }
}

async function follow(
  place: Place,
  { setting, model }: Pick<Parts, 'setting' | 'model'>,
): Promise<Course> {
  const store = setting.stores[storeAt(place)];
  const after = (await store.listHistory(parseTagReference(tagAt(place)))).reverse();
  return { place, before: model.line(place), after };
}

/** Takes the tag's history over into the model, and pulls what no tag of its store was at before. */
async function checkNew(
  { place, after }: Course,
  { setting, model }: Pick<Parts, 'setting' | 'model'>,
): Promise<string[]> {
  const store = storeAt(place);
  const fresh = model.setLine(place, [...after]);
  return (
    await Promise.all(fresh.map((digest) => checkWhole(digest, store, setting, model)))
  ).flat();
}
