import { printable } from '../../shared/report/format.ts';

/** A table with one row for each pair, and no head. */
export function pairTable(pairs: [string, string][]): string {
  return ['| | |', '| --- | --- |', ...pairs.map((cells) => `| ${cells.join(' | ')} |`)].join('\n');
}

/** Text of any origin, in a cell of a table. */
export function codeCell(text: string): string {
  const plain = printable(text.replace(/\s+/g, ' ')).replaceAll('`', "'");
  return `\`${plain.replaceAll('|', '\\|')}\``;
}

/** A paragraph of any origin. */
export function plainText(text: string): string {
  return printable(text.replace(/\s+/g, ' ')).replace(/[\\`*_~[\]<>#|&]/g, '\\$&');
}

/** Lines of any origin. */
export function codeBlock(lines: string): string {
  const text = printable(lines);
  const ticks = [...text.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = '`'.repeat(Math.max(3, ...ticks.map((length) => length + 1)));
  return `${fence}text\n${text}\n${fence}`;
}
