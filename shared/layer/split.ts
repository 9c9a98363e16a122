import { Frame } from './frame.ts';

/** Takes the two streams of a layer. What it is given are views into the pieces pushed. */
export interface SplitSink {
  meta(bytes: Buffer): void;
  content(bytes: Buffer): void;
}

/**
 * Splits a layer into `meta` (headers, PAX and GNU long-name records, sparse extension blocks,
 * padding, end blocks) and `content` (the contents of regular files, one after another). Any bytes
 * can be split, tar or not, in pieces of any sizes; {@link merge} is the inverse.
 *
 * Every byte is handed on before `push` returns, so there is nothing to do at the end.
 */
export class Splitter {
  readonly #frame = new Frame();
  readonly #sink: SplitSink;

  constructor(sink: SplitSink) {
    this.#sink = sink;
  }

  push(bytes: Buffer): void {
    const frame = this.#frame;
    let at = 0;
    while (at < bytes.length) {
      const start = at;
      if (frame.contentDue > 0) {
        at = Math.min(bytes.length, start + frame.contentDue);
        frame.takeContent(at - start);
        this.#sink.content(bytes.subarray(start, at));
      } else {
        at = frame.takeMeta(bytes, start);
        this.#sink.meta(bytes.subarray(start, at));
      }
    }
  }
}
