import { random } from './random.ts';

/**
 * Text that compresses like source code: lines of words, where few words and few lines make up most
 * of it. The constants are fitted so that zstd level 3 packs it four to one, as it does node_modules.
 */
export class SourceText {
  readonly #lines: Buffer;
  readonly #starts: Uint32Array;

  constructor(seed: number) {
    const next = random(seed);
    const words = Array.from({ length: vocabulary }, () => word(next));
    const lines = Array.from({ length: lineCount }, () => line(words, next));
    this.#lines = Buffer.from(lines.join(''), 'latin1');
    this.#starts = new Uint32Array(lineCount + 1);
    lines.forEach((text, index) => {
      this.#starts[index + 1] = (this.#starts[index] as number) + text.length;
    });
  }

  /** A file's text of this many bytes; the same seed gives the same text. */
  write(size: number, seed: number): Buffer {
    const next = random(seed);
    const text = Buffer.allocUnsafe(size);
    for (let at = 0; at < size; ) {
      const from = Math.floor((lineCount - longestRun) * next() ** lineSkew);
      const to = from + 1 + Math.floor(longestRun * next());
      at += this.#lines.copy(text, at, this.#starts[from], this.#starts[to]);
    }
    return text;
  }
}

const vocabulary = 8_000;
const lineCount = 100_000;
/** Above 1, the first lines are taken more often than the last. */
const lineSkew = 2;
/** Lines that are repeated together. */
const longestRun = 6;

function word(next: () => number): string {
  const length = 2 + Math.floor(next() * 9);
  return Array.from({ length }, () => String.fromCharCode(97 + Math.floor(next() * 26))).join('');
}

function line(words: string[], next: () => number): string {
  const count = 1 + Math.floor(next() * 7);
  const indent = ' '.repeat(2 * Math.floor(next() * 5));
  const picked = Array.from({ length: count }, () => words[Math.floor(vocabulary * next() ** 3)]);
  return `${indent}${picked.join(' ')};\n`;
}
