import { usageError } from '../../shared/command/options.ts';

/** One word of a POSIX shell, whatever is in it (POSIX.1, Shell Command Language, 2.2.2). */
export function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * One argument of ExecStart, whatever is in it: systemd reads escapes as in C, `%` as a specifier and
 * `$` as a variable (systemd.service(5), "Command lines"; systemd.syntax(7), "Quoting"). It is one
 * line, so that no text can end it, or the here-document around it.
 *
 * @throws WherryError USAGE for a control character that is not white space
 */
export function quoteForUnit(text: string): string {
  const escaped = text.replace(/[\\"%$\n\r\t]/g, (found) => escapes[found] ?? found);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  if (/[\x00-\x1f\x7f]/.test(escaped)) {
    throw usageError(
      `${JSON.stringify(text)} has a control character in it.`,
      'A unit of systemd cannot hold it: put it into a script on the machine.',
    );
  }
  return `"${escaped}"`;
}

const escapes: Record<string, string> = {
  '\\': '\\\\',
  '"': '\\"',
  '%': '%%',
  $: '$$',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};
