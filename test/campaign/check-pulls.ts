import type { Digest } from '../../shared/digest.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { differenceIn, digestIn, isImage } from './compare.ts';
import { type Seen, sourcesOf } from './course.ts';
import type { Model } from './model.ts';
import type { Outcome, Pull } from './operation.ts';

type Pulled = Outcome<Pull>;

export function pullsOf(outcomes: Outcome[]): Pulled[] {
  return outcomes.filter((outcome): outcome is Pulled => outcome.operation.kind === 'pull');
}

/** What is wrong with what pulls report, and with the archives they have written. */
export async function checkPull(pull: Pulled, seen: Seen, model: Model): Promise<string[]> {
  const { operation, code, json, archive } = pull;
  const name = `operation ${operation.number}`;
  const allowed = sourcesOf(operation, seen);
  if (code === 3 && !allowed.has('none')) return [`${name} did not find what is there`];
  if (json && !allowed.has(json.digest as Digest)) {
    return [`${name} reports ${json.digest}, where the tag never was`];
  }
  if (operation.into === 'engine') return [];
  if (!archive) return code === 0 ? [`${name} says done, and there is no archive`] : [];
  const digest = (await digestIn(archive)) as Digest;
  const image = model.images.get(digest);
  if (!image || !allowed.has(digest)) return [`${name} wrote an archive of ${digest}`];
  if (json && json.digest !== digest) return [`${name} wrote another image than it reports`];
  const difference = await differenceIn(archive, image);
  return difference ? [`${name} wrote an archive of ${digest} that differs: ${difference}`] : [];
}

/** What is wrong with the images that an engine has after the pulls into it. */
export async function checkEngine(
  engine: Engine,
  pulls: Pulled[],
  model: Model,
): Promise<string[]> {
  const known = [...model.images.values()];
  const strange = (await engine.images())
    .filter((found) => !known.some((image) => isImage(found, image)))
    .map(({ id }) => `the engine has ${id}, which nobody pushed`);
  const wrong = await Promise.all(
    pulls
      .filter(({ operation }) => operation.into === 'engine')
      .map((pull) => checkLoaded(engine, pull, pulls, model)),
  );
  return [...strange, ...wrong.flat()];
}

/** The image under the name must be one that was pushed under its tag, and what was reported. */
async function checkLoaded(
  engine: Engine,
  { operation, code, json }: Pulled,
  pulls: Pulled[],
  model: Model,
): Promise<string[]> {
  const name = `operation ${operation.number}`;
  const found = await engine.inspect(operation.local);
  if (!found) return code === 0 ? [`${name} says done, and the engine has no such image`] : [];
  const alone =
    pulls.filter(({ operation: { into, local } }) => into === 'engine' && local === operation.local)
      .length === 1;
  const ever = operation.digest
    ? [operation.digest]
    : model.line(operation.source).map(({ digest }) => digest);
  const candidates = code === 0 && alone ? [json?.digest as Digest] : ever;
  const right = candidates.some((digest) => {
    const image = model.images.get(digest);
    return image !== undefined && isImage(found, image);
  });
  return right ? [] : [`after ${name}, ${operation.local} is ${found.id} in the engine`];
}
