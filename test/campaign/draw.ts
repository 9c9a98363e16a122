import type { Digest } from '../../shared/digest.ts';
import type { Chance } from './chance.ts';
import type { Model } from './model.ts';
import type { Kill, Promote, Removal, Rollback } from './operation.ts';
import type { Phase } from './phase.ts';
import { type Place, placeOf, storeAt } from './places.ts';

/** What there is of draws. */
export interface Draw {
  chance: Chance;
  model: Model;
}

/** The tags of the store that is pushed to: few, so that operations meet. */
export const pushed = [
  'app:v1',
  'app:v2',
  'app:latest',
  'team/api:v1',
  'team/api:main',
  'db:7',
].map((tag) => placeOf(tag, 'staging'));

export const places = [
  ...pushed,
  ...['app:latest', 'team/api:main', 'db:7'].map((tag) => placeOf(tag, 'production')),
];

/** One of the tags: mostly one that is there, so that there is something to do. */
export function drawThere({ chance, model }: Draw, among: readonly Place[]): Place {
  const there = among.filter((place) => model.pointer(place));
  return chance.of(there.length > 0 && chance.happens(0.9) ? there : among);
}

type Drawn<Of extends Promote | Rollback | Removal> = Omit<Of, 'number' | 'kill'>;

export function drawPromote(
  draw: Draw,
  way: 'within' | 'between',
  among: readonly Place[],
): Drawn<Promote> {
  const { chance, model } = draw;
  const target = chance.of(among);
  const within = way === 'within';
  const source = drawThere(
    draw,
    places.filter((place) => (storeAt(place) === storeAt(target)) === within),
  );
  const whole = [...model.whole(storeAt(source))];
  return {
    kind: 'promote',
    source,
    digest: whole.length > 0 && chance.happens(0.2) ? chance.of(whole) : undefined,
    places: [target],
    expect: chance.happens(0.2) ? drawExpectation(draw, target) : undefined,
    immutable: chance.happens(0.1),
    carried: chance.happens(0.4),
  };
}

export function drawRollback(draw: Draw, among: readonly Place[]): Drawn<Rollback> {
  const { chance, model } = draw;
  // Also one that is gone, which comes back.
  const ever = among.filter((place) => model.line(place).length > 0);
  const place = chance.of(ever.length > 0 ? ever : among);
  const line = model.line(place);
  const change = chance.between(1, line.length + 1);
  const digest = line[change - 1]?.digest;
  return {
    kind: 'rollback',
    places: [place],
    to: chance.happens(0.6) ? undefined : chance.of([change, digest ?? change]),
    expect: chance.happens(0.2) ? drawExpectation(draw, place) : undefined,
  };
}

export function drawRemoval(draw: Draw, among: readonly Place[]): Drawn<Removal> {
  const place = drawThere(draw, among);
  const expect = draw.chance.happens(0.2) ? drawExpectation(draw, place) : undefined;
  return { kind: 'remove', places: [place], expect };
}

/** Mostly what the tag points to. */
export function drawExpectation({ chance, model }: Draw, place: Place): Digest | 'none' {
  const now = model.pointer(place) ?? 'none';
  const known = [...model.images.keys()];
  return chance.happens(0.7) ? now : chance.of(['none', ...known]);
}

/** @param requests of the batch, that a kill waits for at most */
export function drawKill(
  { chance }: Draw,
  { name, kills }: Phase,
  requests: number,
): Kill | undefined {
  if (!chance.happens(kills)) return undefined;
  const signal = chance.of(['SIGKILL', 'SIGKILL', 'SIGINT', 'SIGTERM'] as const);
  const timed = name === 'dead' || chance.happens(0.4);
  const after = timed
    ? { milliseconds: chance.between(0, 3000) }
    : { requests: chance.between(1, requests) };
  return { signal, after };
}
