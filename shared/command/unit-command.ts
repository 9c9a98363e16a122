import { usageError } from './options.ts';

/** Where a machine has the agent, and the unit of systemd that runs it. */
export const installedAgent = '/usr/local/bin/wherry-agent';
export const installedUnit = '/etc/systemd/system/wherry-agent.service';

/**
 * The ExecStart of a unit, whatever is in the arguments: systemd reads escapes as in C, `%` as a specifier
 * and `$` as a variable (systemd.service(5), "Command lines"; systemd.syntax(7), "Quoting"). It is one
 * line, so that no text can end it, or a here-document around it.
 *
 * @throws WherryError USAGE for a control character that is not white space
 */
export function writeUnitCommand(program: string, args: string[]): string {
  return `ExecStart=${[program, ...args.map(quote)].join(' ')}`;
}

/**
 * The words of a unit's last ExecStart, the program first; undefined when it has none. Escapes and
 * specifiers that are not written here stay as they are.
 */
export function readUnitCommand(unit: string): string[] | undefined {
  const line = unit
    .replaceAll('\\\n', ' ')
    .match(/^ExecStart=.*$/gm)
    ?.at(-1);
  return line?.slice('ExecStart='.length).match(words)?.map(unquote);
}

function quote(text: string): string {
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

function unquote(word: string): string {
  return word.replace(parts, (_, double?: string, single?: string, bare?: string) =>
    (double ?? single ?? bare ?? '').replace(/\\.|%%|\$\$/g, (found) => meanings[found] ?? found),
  );
}

/** What a word consists of: texts in quotes of either kind, and without. */
const parts = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|((?:[^\s"'\\]|\\.)+)/g;
const words = new RegExp(`(?:${parts.source})+`, 'g');

const escapes: Record<string, string> = {
  '\\': '\\\\',
  '"': '\\"',
  '%': '%%',
  $: '$$',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

const meanings = Object.fromEntries(
  Object.entries(escapes).map(([text, written]) => [written, text]),
);
