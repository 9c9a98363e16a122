import { randomUUID } from 'node:crypto';
import type { Writable } from 'node:stream';
import { printable } from '../../shared/report/format.ts';

/**
 * What a step says to the runner, line by line on stdout: text, and GitHub's workflow commands. Texts and
 * titles are of any origin: what of them would steer a terminal is shown as an escape.
 */
export interface WorkflowLog {
  /** Nothing in it is taken for a command. */
  text(text: string): void;
  /** Begins a group of lines that can be folded, and ends the one before. */
  group(title: string): void;
  endGroup(): void;
  /** Shown beside the log, and in the summary of the run. */
  annotate(level: 'error' | 'warning' | 'notice', title: string, text: string): void;
  /** Has the runner replace it by *** wherever it would show. */
  mask(secret: string): void;
}

/** @param stream the step's stdout */
export function workflowLog(stream: Writable): WorkflowLog {
  let grouped = false;
  const line = (text: string) => stream.write(`${text}\n`);
  const endGroup = () => {
    if (grouped) line('::endgroup::');
    grouped = false;
  };
  return {
    text(text) {
      for (const each of text.split(/\r\n|[\r\n]/)) {
        const shown = printable(each);
        line(mayBeCommand(shown) ? stopped(shown) : shown);
      }
    },
    group(title) {
      endGroup();
      line(`::group::${escapeData(printable(title))}`);
      grouped = true;
    },
    endGroup,
    annotate(level, title, text) {
      line(`::${level} title=${escapeProperty(printable(title))}::${escapeData(printable(text))}`);
    },
    mask(secret) {
      line(`::add-mask::${escapeData(secret)}`);
    },
  };
}

/**
 * The runner takes what starts with `::` after white space for a command, and `##[` anywhere
 * (actions/runner, ActionCommand.cs). White space is .NET's, which has more than JavaScript's, and .NET
 * compares as the runner's locale does: so whatever is not plain text counts as nothing here.
 */
function mayBeCommand(line: string): boolean {
  return /^::|##\[/.test(line.replace(/[^!-~]+/g, ''));
}

/** The same line, while commands are off: until a word that nobody can know beforehand. */
function stopped(line: string): string {
  const word = randomUUID();
  return `::stop-commands::${word}\n${line}\n::${word}::`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
