import { digestOf } from '../../shared/digest.ts';
import type { TestImage } from '../support/image/build.ts';
import { type LayoutName, layouts } from '../support/image/layouts.ts';
import type { Chance } from './chance.ts';
import type { ImageMaker } from './images.ts';
import type { Model } from './model.ts';
import type { Kill, Operation, Pull, Push } from './operation.ts';
import { calm, drawPhase, type Phase } from './phase.ts';

/** Operations that run at the same time, and what goes wrong meanwhile. */
export interface Batch {
  phase: Phase;
  operations: Operation[];
  /** Whether the engine loses all its images before. */
  emptyEngine: boolean;
}

/** The tags that are pushed to: few, so that operations meet. */
const tags = ['app:v1', 'app:v2', 'app:latest', 'team/api:v1', 'team/api:main', 'db:7'];

/** Draws what happens next. The same seed gives the same plan, as far as the outcomes are the same. */
export class Planner {
  readonly #chance: Chance;
  readonly #images: ImageMaker;
  readonly #model: Model;
  readonly #engine: boolean;
  #number = 0;

  constructor(chance: Chance, images: ImageMaker, model: Model, engine: boolean) {
    this.#chance = chance;
    this.#images = images;
    this.#model = model;
    this.#engine = engine;
  }

  /** @param most operations */
  async next(most: number): Promise<Batch> {
    const chance = this.#chance;
    const phase = drawPhase(chance);
    const race = phase.name === 'race';
    const count = Math.min(most, chance.of(race ? [2, 3, 4] : [1, 1, 2, 2, 3, 4]));
    // Half of the batches meet at one tag.
    const among = race || chance.happens(0.5) ? [chance.of(tags)] : tags;
    const operations: Operation[] = [];
    for (let index = 0; index < count; index++) {
      const pushes = race || this.#model.images.size === 0 || chance.happens(0.5);
      operations.push(pushes ? await this.#push(phase, among) : this.#pull(phase, among));
    }
    return { phase, operations, emptyEngine: this.#engine && chance.happens(0.15) };
  }

  /** A plain push of a new image. */
  async pushNew(): Promise<Push> {
    const push = await this.#push(calm, tags, await this.#images.next());
    return { ...push, tags: ['last:1'], expect: undefined, immutable: false, repair: false };
  }

  /** A plain pull into an archive. */
  pullTag(tag: string): Pull {
    return { ...this.#pull(calm, [tag]), digest: undefined, local: tag, into: 'file' };
  }

  async #push(phase: Phase, among: string[], given?: TestImage): Promise<Push> {
    const chance = this.#chance;
    const [tag, ...more] = [chance.of(among), ...chance.some(tags, chance.of([0, 0, 0, 0, 1, 2]))];
    const named = [...new Set([tag, ...more])];
    const image = given ?? (await this.#image());
    const digest = digestOf(image.manifest);
    const plain = chance.happens(0.7);
    const guard = plain || named.length > 1 ? undefined : chance.of(['expect', 'immutable']);
    this.#model.images.set(digest, image);
    return {
      kind: 'push',
      number: ++this.#number,
      kill: this.#kill(phase),
      image,
      digest,
      tags: named,
      from: chance.of(this.#engine ? ['file', 'file', 'stdin', 'engine'] : ['file', 'stdin']),
      layout: chance.of(Object.keys(layouts) as LayoutName[]),
      expect: guard === 'expect' ? this.#expectation(tag) : undefined,
      immutable: guard === 'immutable',
      repair: chance.happens(0.1),
    };
  }

  /** Mostly a new one, else one that was pushed before, or tried to be. */
  async #image(): Promise<TestImage> {
    const known = [...this.#model.images.values()];
    if (known.length > 0 && this.#chance.happens(0.15)) return this.#chance.of(known);
    return this.#images.next();
  }

  /** Mostly what the tag points to. */
  #expectation(tag: string): Push['expect'] {
    const now = this.#model.pointer(tag) ?? 'none';
    const known = [...this.#model.images.keys()];
    return this.#chance.happens(0.7) ? now : this.#chance.of(['none', ...known]);
  }

  #pull(phase: Phase, among: string[]): Pull {
    const chance = this.#chance;
    const number = ++this.#number;
    const there = among.filter((tag) => this.#model.line(tag).length > 0);
    // Now and then one that is not there.
    const tag = chance.of(there.length > 0 && chance.happens(0.9) ? there : among);
    const whole = [...this.#model.whole];
    const digest = whole.length > 0 && chance.happens(0.2) ? chance.of(whole) : undefined;
    return {
      kind: 'pull',
      number,
      kill: this.#kill(phase),
      program: chance.of(['wherry', 'wherry-agent']),
      tag,
      digest,
      into: chance.of(
        this.#engine ? ['file', 'file', 'stdout', 'engine', 'engine'] : ['file', 'stdout'],
      ),
      local: digest ? `pulled:${number}` : tag,
      full: chance.happens(0.1),
    };
  }

  #kill({ name, kills }: Phase): Kill | undefined {
    const chance = this.#chance;
    if (!chance.happens(kills)) return undefined;
    const signal = chance.of(['SIGKILL', 'SIGKILL', 'SIGINT', 'SIGTERM'] as const);
    const timed = name === 'dead' || chance.happens(0.4);
    const after = timed
      ? { milliseconds: chance.between(0, 3000) }
      : { requests: chance.between(1, 30) };
    return { signal, after };
  }
}
