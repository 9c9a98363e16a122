import type { Digest } from '../../shared/digest.ts';
import { isRemoval, type TagRecord } from '../../shared/store/tag.ts';
import type { TestImage } from '../support/image/build.ts';
import { type Place, type StoreName, storeAt } from './places.ts';

/** What is known of the stores after each batch, from what the programs reported and the stores say. */
export class Model {
  /** Every image that ever was to be pushed, by its manifest's digest. */
  readonly images = new Map<Digest, TestImage>();
  readonly #whole = { staging: new Set<Digest>(), production: new Set<Digest>() };
  readonly #lines = new Map<Place, TagRecord[]>();

  /** Those that were ever there. */
  get places(): Place[] {
    return [...this.#lines.keys()];
  }

  /** The history of a tag, the oldest first. */
  line(place: Place): readonly TagRecord[] {
    return this.#lines.get(place) ?? [];
  }

  /** Undefined when it is not there, or gone. */
  pointer(place: Place): Digest | undefined {
    return pointerOf(this.line(place));
  }

  /** What a tag was seen at: it can be pulled from then on. */
  whole(store: StoreName): ReadonlySet<Digest> {
    return this.#whole[store];
  }

  /** @returns what no tag of the store was seen at before */
  setLine(place: Place, line: TagRecord[]): Digest[] {
    if (line.length === 0) return [];
    this.#lines.set(place, line);
    const whole = this.#whole[storeAt(place)];
    const fresh = new Set(line.map(({ digest }) => digest).filter((each) => !whole.has(each)));
    for (const digest of fresh) whole.add(digest);
    return [...fresh];
  }
}

/** Where a tag with this history points; undefined when it is not there, or gone. */
export function pointerOf(line: readonly TagRecord[]): Digest | undefined {
  const last = line.at(-1);
  return last && !isRemoval(last) ? last.digest : undefined;
}
