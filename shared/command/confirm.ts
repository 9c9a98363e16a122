import { createInterface } from 'node:readline';
import { interrupted, WherryError } from '../error.ts';
import { printable } from '../report/format.ts';
import { switchOption, usageError } from './options.ts';
import type { CommandContext, Option, OptionValues } from './spec.ts';

/** The options of what moves or removes something: they show a plan first. */
export const planOptions: Option[] = [
  { name: 'yes', description: 'do it without asking' },
  { name: 'dry-run', description: 'show the plan, and do nothing' },
];

export function isDryRun(options: OptionValues): boolean {
  return switchOption(options, 'dryRun');
}

/**
 * Shows a plan and asks whether to go on, on a terminal; `--yes` is the answer where it is given.
 *
 * @param question such as `Promote?`
 * @throws WherryError USAGE where nobody can be asked; FAILED when the answer is no
 */
export async function confirm(
  plan: string,
  question: string,
  options: OptionValues,
  context: CommandContext,
): Promise<void> {
  const { stdin, stderr, report } = context;
  if (switchOption(options, 'yes')) return report({ type: 'notice', text: plan });
  stderr.write(`${printable(plan)}\n`);
  if (!stdin.isTTY || !stderr.isTTY) {
    throw usageError('Nobody can be asked here, so nothing was done.', 'Pass --yes.');
  }
  const answer = await ask(`${question} [y/N] `, context);
  if (/^\s*y(?:es)?\s*$/i.test(answer)) return;
  throw new WherryError('FAILED', 'The answer was no, so nothing was done.', { side: 'local' });
}

/** One line of the terminal; none when the input ends. */
function ask(question: string, { stdin, stderr, signal }: CommandContext): Promise<string> {
  // Not as a terminal of readline's own: that would take Ctrl-C for itself.
  const lines = createInterface({ input: stdin, terminal: false });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const stop = () => reject(interrupted());
  lines.once('line', resolve).once('close', () => resolve(''));
  signal.addEventListener('abort', stop);
  stderr.write(question);
  return promise.finally(() => {
    signal.removeEventListener('abort', stop);
    lines.close();
  });
}
