import { printable } from '../../shared/report/format.ts';

/** A table with one row for each pair, and no head. */
export function pairTable(pairs: [string, string][]): string {
  return ['| | |', '| --- | --- |', ...pairs.map((cells) => `| ${cells.join(' | ')} |`)].join('\n');
}

/** Text of any origin, in a cell of a table. */
export function codeCell(text: string): string {
  const plain = printable(text.replace(/\s+/g, ' '));
  // Renderers disagree whether a cell ends at a pipe after two backslashes; a code span has no other way.
  return /[`|\\]/.test(plain) ? `<code>${asEntities(plain)}</code>` : `\`${plain}\``;
}

/** A paragraph of any origin. */
export function plainText(text: string): string {
  return asEntities(printable(text.replace(/\s+/g, ' ')));
}

/** Lines of any origin, as they are; the first of them where they are very many. */
export function codeBlock(lines: string): string {
  const text = printable(lines);
  const shown = text.length > longest ? `${text.slice(0, longest)}\n…` : text;
  const ticks = [...shown.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = '`'.repeat(Math.max(3, ...ticks.map((length) => length + 1)));
  return `${fence}text\n${shown}\n${fence}`;
}

/** Characters; GitHub takes 1 MiB of summaries from a step, and shows none of a longer one. */
const longest = 64 * 1024;

/** What Markdown, or GitHub's additions to it, would take for more than text (CommonMark 0.31, 2.5). */
function asEntities(text: string): string {
  return text.replace(
    /[\\`*_~[\]<>#|&$@]|:(?=\/\/)|(?<=\bwww)\./gi,
    (sign) => `&#${sign.charCodeAt(0)};`,
  );
}
