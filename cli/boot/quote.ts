/** One word of a POSIX shell, whatever is in it (POSIX.1, Shell Command Language, 2.2.2). */
export function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
