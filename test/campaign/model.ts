import type { Digest } from '../../shared/digest.ts';
import type { TagRecord } from '../../shared/store/tag.ts';
import type { TestImage } from '../support/image/build.ts';

/** What is known of the store after each batch, from what the programs reported and the store says. */
export class Model {
  /** Every image that ever was to be pushed, by its manifest's digest. */
  readonly images = new Map<Digest, TestImage>();
  /** Those that were reported as pushed, or that a tag was seen at: they can be pulled from then on. */
  readonly whole = new Set<Digest>();
  readonly #lines = new Map<string, TagRecord[]>();

  get tags(): string[] {
    return [...this.#lines.keys()];
  }

  /** The history of a tag, the oldest first. */
  line(tag: string): readonly TagRecord[] {
    return this.#lines.get(tag) ?? [];
  }

  pointer(tag: string): Digest | undefined {
    return this.line(tag).at(-1)?.digest;
  }

  setLine(tag: string, line: TagRecord[]): void {
    if (line.length === 0) return;
    this.#lines.set(tag, line);
    for (const { digest } of line) this.whole.add(digest);
  }
}
