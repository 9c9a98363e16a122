import { blockSize, type Header, parseExtension, parseHeader } from './header.ts';
import { type PaxRecords, parsePax, paxLimit } from './pax.ts';

type Stage = 'header' | 'extension' | 'records';

/**
 * Follows a tar by its meta bytes alone and tells where content belongs. {@link Splitter} and
 * {@link merge} drive the same frame over the same meta bytes, so they always agree; that, and not
 * any knowledge of tar, is why merging what was split gives the same bytes. What it takes for
 * content is part of the store's format: a layer that one version split, another one merges.
 *
 * It is total: whatever cannot be parsed (a header, malformed PAX records, more than
 * {@link paxLimit} of them) makes all bytes from there on meta. An all-zero block is passed and
 * parsing goes on after it. A `size` of PAX records counts for the next entry proper; further
 * extended headers between them leave it alone.
 */
export class Frame {
  /** Bytes of content that come next. While it is above 0 no meta may be taken. */
  contentDue = 0;
  /** Meta bytes that pass without a look; Infinity after what could not be parsed. */
  #passing = 0;
  #stage: Stage = 'header';
  /** Bytes that the stage parses at once. */
  #needed = blockSize;
  /** The first `#filled` of the `#needed` bytes, when they came in more than one piece. */
  #partial = Buffer.allocUnsafeSlow(blockSize);
  #filled = 0;
  #paxSize: number | undefined;
  #sparseSize = 0;

  /**
   * Takes meta from `bytes`, starting at `at`, until it ends or content is due.
   *
   * @returns where it stopped; always after `at` when no content was due and bytes were left
   */
  takeMeta(bytes: Buffer, at: number): number {
    let position = at;
    while (position < bytes.length && this.contentDue === 0) {
      if (this.#passing > 0) {
        const run = Math.min(this.#passing, bytes.length - position);
        this.#passing -= run;
        position += run;
      } else {
        position = this.#collect(bytes, position);
      }
    }
    return position;
  }

  /** Tells that `count` bytes, at most those due, of content have passed. */
  takeContent(count: number): void {
    this.contentDue -= count;
  }

  #collect(bytes: Buffer, at: number): number {
    const needed = this.#needed;
    if (this.#filled === 0 && bytes.length - at >= needed) {
      this.#parse(bytes, at);
      return at + needed;
    }
    if (this.#partial.length < needed) this.#partial = Buffer.allocUnsafeSlow(needed);
    const copied = bytes.copy(this.#partial, this.#filled, at, at + needed - this.#filled);
    this.#filled += copied;
    if (this.#filled === needed) {
      this.#filled = 0;
      this.#parse(this.#partial, 0);
    }
    return at + copied;
  }

  #parse(bytes: Buffer, at: number): void {
    switch (this.#stage) {
      case 'header':
        this.#enter(parseHeader(bytes, at));
        break;
      case 'extension':
        this.#enterSparse(parseExtension(bytes, at));
        break;
      case 'records':
        this.#enterRecords(parsePax(bytes, at, at + this.#needed));
    }
  }

  #enter(header: Header | 'end' | undefined): void {
    if (header === undefined) this.#stop();
    else if (header === 'end') return;
    else if (header.kind === 'pax') this.#expectRecords(header.size);
    else if (header.kind === 'prelude') this.#passing = padded(header.size);
    else {
      this.#enterEntry(header, this.#paxSize ?? header.size);
      this.#paxSize = undefined;
    }
  }

  #enterEntry({ kind, extended }: Header, size: number): void {
    if (kind === 'other') {
      this.#passing = padded(size);
    } else if (kind === 'file') {
      this.#enterFile(size);
    } else if (kind === 'sparse') {
      this.#sparseSize = size;
      this.#enterSparse(extended);
    }
  }

  #enterFile(size: number): void {
    this.contentDue = size;
    this.#passing = padded(size) - size;
  }

  #enterSparse(extended: boolean): void {
    this.#expect(extended ? 'extension' : 'header', blockSize);
    if (!extended) this.#enterFile(this.#sparseSize);
  }

  #expectRecords(size: number): void {
    if (size > paxLimit) this.#stop();
    else this.#expect('records', size);
  }

  #enterRecords(records: PaxRecords | undefined): void {
    this.#passing = padded(this.#needed) - this.#needed;
    this.#expect('header', blockSize);
    if (records === undefined) this.#stop();
    else this.#paxSize = records.size ?? this.#paxSize;
  }

  #expect(stage: Stage, needed: number): void {
    this.#stage = stage;
    this.#needed = needed;
  }

  #stop(): void {
    this.#passing = Number.POSITIVE_INFINITY;
  }
}

function padded(size: number): number {
  return Math.ceil(size / blockSize) * blockSize;
}
