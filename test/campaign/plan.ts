import { digestOf } from '../../shared/digest.ts';
import type { TestImage } from '../support/image/build.ts';
import { type LayoutName, layouts } from '../support/image/layouts.ts';
import type { Chance } from './chance.ts';
import { Deck } from './deck.ts';
import {
  type Draw,
  drawExpectation,
  drawKill,
  drawPromote,
  drawRemoval,
  drawRollback,
  drawThere,
  places,
  pushed,
} from './draw.ts';
import type { ImageMaker } from './images.ts';
import type { Model } from './model.ts';
import type { Operation, Pull, Push } from './operation.ts';
import { calm, drawPhase, type Phase } from './phase.ts';
import { type Place, placeOf, storeAt, tagAt } from './places.ts';

/** Operations that run at the same time, and what goes wrong meanwhile. */
export interface Batch {
  phase: Phase;
  operations: Operation[];
  /** Whether the engine loses all its images before. */
  emptyEngine: boolean;
}

/** How often each kind comes in a round of a dozen; a promotion is within a store, or between the two. */
const round = { push: 4, pull: 3, within: 1, between: 2, rollback: 1, remove: 1 };

type Kind = keyof typeof round;

const kinds = Object.keys(round) as Kind[];
/** What may race for a tag. */
const moving = kinds.filter((kind) => kind !== 'pull');

/** Requests of a batch, that a kill waits for at most: a rollback makes fewer than ten in all. */
const fewRequests = 10;
const manyRequests = 30;

/** Draws what happens next. The same seed gives the same plan, as far as the outcomes are the same. */
export class Planner {
  readonly #draw: Draw;
  readonly #images: ImageMaker;
  readonly #engine: boolean;
  readonly #kinds: Deck<Kind>;
  #number = 0;

  constructor(chance: Chance, images: ImageMaker, model: Model, engine: boolean) {
    this.#draw = { chance, model };
    this.#images = images;
    this.#engine = engine;
    this.#kinds = new Deck(chance, round);
  }

  /** @param most operations */
  async next(most: number): Promise<Batch> {
    const { chance } = this.#draw;
    const phase = drawPhase(chance);
    const race = phase.name === 'race';
    const count = Math.min(most, chance.of(race ? [2, 3, 4] : [1, 1, 2, 2, 3, 4]));
    // Half of the batches meet at one tag.
    const among = race || chance.happens(0.5) ? [chance.of(places)] : places;
    const operations: Operation[] = [];
    for (let index = 0; index < count; index++) {
      const first = this.#draw.model.images.size === 0;
      const kind = this.#kinds.deal(first ? ['push'] : race ? moving : kinds);
      operations.push(await this.#operation(kind, phase, among));
    }
    return { phase, operations, emptyEngine: this.#engine && chance.happens(0.15) };
  }

  /** A plain push of a new image. */
  async pushNew(): Promise<Push> {
    const push = await this.#push(calm, pushed, await this.#images.next());
    const places: Push['places'] = [placeOf('last:1', 'staging')];
    return { ...push, places, expect: undefined, immutable: false, repair: false };
  }

  /** A plain pull into an archive. */
  pullTag(place: Place): Pull {
    return { ...this.#pull(calm, [place]), digest: undefined, into: 'file' };
  }

  async #operation(kind: Kind, phase: Phase, among: Place[]): Promise<Operation> {
    const draw = this.#draw;
    const started = () => this.#started(phase, fewRequests);
    switch (kind) {
      case 'pull':
        return this.#pull(phase, among);
      case 'push': {
        const own = among.filter((place) => pushed.includes(place));
        if (own.length > 0) return this.#push(phase, own);
        // The other store has what is promoted to it.
        return { ...started(), ...drawPromote(draw, 'between', among) };
      }
      case 'within':
      case 'between':
        return { ...started(), ...drawPromote(draw, kind, among) };
      case 'rollback':
        return { ...started(), ...drawRollback(draw, among) };
      case 'remove':
        return { ...started(), ...drawRemoval(draw, among) };
    }
  }

  #started(phase: Phase, requests: number): Pick<Operation, 'number' | 'kill'> {
    return { number: ++this.#number, kill: drawKill(this.#draw, phase, requests) };
  }

  async #push(phase: Phase, among: Place[], given?: TestImage): Promise<Push> {
    const { chance, model } = this.#draw;
    const first = chance.of(among);
    const more = chance.some(pushed, chance.of([0, 0, 0, 0, 1, 2]));
    const others = more.filter((place) => place !== first);
    const image = given ?? (await this.#image());
    const digest = digestOf(image.manifest);
    const plain = chance.happens(0.7);
    const guard = plain || others.length > 0 ? undefined : chance.of(['expect', 'immutable']);
    model.images.set(digest, image);
    return {
      kind: 'push',
      ...this.#started(phase, manyRequests),
      image,
      digest,
      places: [first, ...others],
      from: chance.of(this.#engine ? ['file', 'file', 'stdin', 'engine'] : ['file', 'stdin']),
      layout: chance.of(Object.keys(layouts) as LayoutName[]),
      expect: guard === 'expect' ? drawExpectation(this.#draw, first) : undefined,
      immutable: guard === 'immutable',
      repair: chance.happens(0.1),
    };
  }

  /** Mostly a new one, else one that was pushed before, or tried to be. */
  async #image(): Promise<TestImage> {
    const { chance, model } = this.#draw;
    const known = [...model.images.values()];
    if (known.length > 0 && chance.happens(0.15)) return chance.of(known);
    return this.#images.next();
  }

  #pull(phase: Phase, among: Place[]): Pull {
    const { chance, model } = this.#draw;
    const source = drawThere(this.#draw, among);
    const whole = [...model.whole(storeAt(source))];
    const digest = whole.length > 0 && chance.happens(0.2) ? chance.of(whole) : undefined;
    const started = this.#started(phase, manyRequests);
    return {
      kind: 'pull',
      ...started,
      program: chance.of(['wherry', 'wherry-agent']),
      source,
      digest,
      into: chance.of(
        this.#engine ? ['file', 'file', 'stdout', 'engine', 'engine'] : ['file', 'stdout'],
      ),
      local: digest ? `pulled:${started.number}` : `${storeAt(source)}/${tagAt(source)}`,
      full: chance.happens(0.1),
    };
  }
}
