import { messageOf, WherryError } from '../error.ts';
import { printable } from './format.ts';

/**
 * An error for people: one line that says what failed and on which side, one that says what to do,
 * and with `debug` everything that led to it.
 */
export function renderError(
  error: unknown,
  { debug, color }: { debug: boolean; color: boolean },
): string {
  const red = (text: string) => (color ? `\u001b[31m${text}\u001b[0m` : text);
  const ours = error instanceof WherryError ? error : undefined;
  const lines = [`${red(`error (${ours?.side ?? 'local'}):`)} ${printable(messageOf(error))}`];
  if (ours?.hint) lines.push(`  ${printable(ours.hint)}`);
  else if (!ours)
    lines.push('  This is a mistake in wherry; run it with --log-level debug and report it.');
  if (debug) lines.push(...causes(error).map(printable));
  return lines.join('\n');
}

/** The same as one JSON document. */
export function describeError(error: unknown): unknown {
  const ours = error instanceof WherryError ? error : undefined;
  return {
    error: {
      code: ours?.code ?? 'FAILED',
      side: ours?.side ?? 'local',
      message: messageOf(error),
      hint: ours?.hint,
    },
  };
}

function causes(error: unknown): string[] {
  const lines: string[] = [];
  for (let cause = error; cause !== undefined; cause = (cause as { cause?: unknown })?.cause) {
    lines.push(cause instanceof Error ? (cause.stack ?? String(cause)) : String(cause));
    if (!(cause instanceof Error)) break;
  }
  return lines;
}
