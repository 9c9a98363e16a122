/** A table with one row for each pair, and no head. */
export function pairTable(pairs: [string, string][]): string {
  return ['| | |', '| --- | --- |', ...pairs.map((cells) => `| ${cells.join(' | ')} |`)].join('\n');
}

/** Text of any origin, in a cell of a table. */
export function codeCell(text: string): string {
  const plain = text.replace(/\s+/g, ' ').replaceAll('`', "'");
  return `\`${plain.replaceAll('|', '\\|')}\``;
}

/** A paragraph of any origin. */
export function plainText(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_~[\]<>#|&]/g, '\\$&');
}

/** Lines of any origin, as they are. */
export function codeBlock(text: string): string {
  const ticks = [...text.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = '`'.repeat(Math.max(3, ...ticks.map((length) => length + 1)));
  return `${fence}text\n${text}\n${fence}`;
}
