import type { Writable } from 'node:stream';
import { styleText } from 'node:util';

/** Where the demo tells its story. */
export interface Page {
  heading(text: string): void;
  /** A paragraph. */
  say(text: string): void;
  /** A command line as a person would type it; arguments are divided by spaces. */
  commandLine(words: string[]): void;
  /** What a program printed, as it is but for lines that are too long. */
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
  return {
    heading: (text) => print(`\n${styled('bold', text)}\n`),
    say: (text) => print(`${wrap(text, Math.min(width(), paragraphWidth))}\n`),
    commandLine: (words) => print(styled('cyan', `$ ${words.join(' ')}`)),
    output: (text) => print(wrap(text.trimEnd(), Math.min(width(), outputWidth))),
  };
}

/** Breaks lines that are too long at their spaces; a word that is too long stays whole. */
export function wrap(text: string, width: number): string {
  return text.split('\n').flatMap(broken).join('\n');

  function broken(line: string): string[] {
    if (line.length <= width) return [line];
    const space = line.lastIndexOf(' ', width);
    const at = space > 0 ? space : line.indexOf(' ', width);
    if (at < 0) return [line];
    return [line.slice(0, at).trimEnd(), ...broken(line.slice(at).trimStart())];
  }
}
