import type { Writable } from 'node:stream';
import { styleText } from 'node:util';

/** Where the demo tells its story: blocks of text, an empty line before each. */
export interface Page {
  heading(text: string): void;
  paragraph(text: string): void;
  table(text: string): void;
  /** A command line as a person would type it. */
  commandLine(words: string[]): void;
  /** What the command printed, as it is but for lines that are too long; follows its line. */
  output(text: string): void;
}

/** Columns of a paragraph, and of what programs print, where there is room. */
const paragraphWidth = 88;
const outputWidth = 100;

export function createPage(stream: Writable & { isTTY?: boolean; columns?: number }): Page {
  const width = () => (stream.isTTY && stream.columns) || outputWidth;
  const print = (text: string) => stream.write(`${text}\n`);
  const styled = (style: 'bold' | 'cyan', text: string) =>
    // Heeds NO_COLOR, and whether the stream is a terminal.
    styleText(style, text, { stream, validateStream: true });
  const fit = (text: string, most: number) => wrap(text.trimEnd(), Math.min(width(), most));
  return {
    heading: (text) => print(`\n${styled('bold', text)}`),
    paragraph: (text) => print(`\n${fit(text, paragraphWidth)}`),
    table: (text) => print(`\n${fit(text, outputWidth)}`),
    commandLine: (words) => print(`\n${styled('cyan', `$ ${words.join(' ')}`)}`),
    output: (text) => print(fit(text, outputWidth)),
  };
}

/** Breaks lines that are too long at their spaces, but for those after a figure, as in 10 MB. */
export function wrap(text: string, width: number): string {
  return text.split('\n').flatMap(broken).join('\n');

  function broken(line: string): string[] {
    if (line.length <= width) return [line];
    const spaces = [...line.matchAll(/(?<=\S)(?<!(?:^|\s)[\d.,]+) /g)].map(({ index }) => index);
    const at = spaces.findLast((index) => index <= width) ?? spaces[0];
    if (at === undefined) return [line];
    return [line.slice(0, at), ...broken(line.slice(at).trimStart())];
  }
}
