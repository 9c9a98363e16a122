import { compareUtf8 } from './utf8-order.ts';

/** A set of keys in UTF-8 order. */
export class SortedKeys {
  readonly #keys: string[];

  constructor(keys: Iterable<string>) {
    this.#keys = [...keys].sort(compareUtf8);
  }

  add(key: string): void {
    const at = this.#first((other) => compareUtf8(other, key) >= 0);
    if (this.#keys[at] !== key) this.#keys.splice(at, 0, key);
  }

  delete(key: string): void {
    const at = this.#first((other) => compareUtf8(other, key) >= 0);
    if (this.#keys[at] === key) this.#keys.splice(at, 1);
  }

  /** The first key that is `from` or later. */
  firstFrom(from: string): string | undefined {
    return this.#keys[this.#first((key) => compareUtf8(key, from) >= 0)];
  }

  /** The first key after `after`. */
  firstAfter(after: string): string | undefined {
    return this.#keys[this.#first((key) => compareUtf8(key, after) > 0)];
  }

  /** The first key that is later than every key with this prefix. */
  firstBeyond(prefix: string): string | undefined {
    return this.#keys[
      this.#first((key) => !key.startsWith(prefix) && compareUtf8(key, prefix) > 0)
    ];
  }

  /** Position of the first key of which `reached` holds; it must hold of all later ones too. */
  #first(reached: (key: string) => boolean): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (reached(this.#keys[middle] as string)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
