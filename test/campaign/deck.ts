import type { Chance } from './chance.ts';

/** Cards of some names, dealt in a random order: in each round every name comes as often as it should. */
export class Deck<Name extends string> {
  readonly #chance: Chance;
  readonly #round: Record<Name, number>;
  #cards: Name[] = [];

  constructor(chance: Chance, round: Record<Name, number>) {
    this.#chance = chance;
    this.#round = round;
  }

  /** The next card of one of these names; others keep their turn. */
  deal(names: readonly Name[]): Name {
    const at = this.#cards.findIndex((name) => names.includes(name));
    if (at >= 0) return this.#cards.splice(at, 1)[0] as Name;
    this.#cards.push(...this.#shuffled());
    return this.deal(names);
  }

  #shuffled(): Name[] {
    const entries = Object.entries(this.#round) as [Name, number][];
    const left = entries.flatMap(([name, count]) => Array<Name>(count).fill(name));
    return left.map((_, index) => {
      const other = this.#chance.between(index, left.length - 1);
      const chosen = left[other] as Name;
      left[other] = left[index] as Name;
      left[index] = chosen;
      return chosen;
    });
  }
}
