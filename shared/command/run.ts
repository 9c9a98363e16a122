import type { Readable, Writable } from 'node:stream';
import type { Environment } from '../environment.ts';
import { exitCodeOf, interrupted, WherryError } from '../error.ts';
import { describeError, renderError } from '../report/error.ts';
import { printable } from '../report/format.ts';
import { isJournal } from '../report/journal.ts';
import { createReporter } from '../report/reporter.ts';
import { switchOption, textOption } from './options.ts';
import { type Invocation, type Program, parseCommandLine } from './program.ts';

/** The part of Node's `process` that a program works with. */
export interface Host {
  /** The interpreter and the script come first, as in Node. */
  argv: string[];
  env: Environment;
  stdin: Readable & { isTTY?: boolean };
  stdout: Writable & { isTTY?: boolean; columns?: number };
  stderr: Writable & { isTTY?: boolean; columns?: number };
  on(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', listener: () => void): unknown;
  exit(code: number): void;
  kill(pid: number, signal: NodeJS.Signals): unknown;
}

/** Parses, calls, prints, exits: all of a program but its commands. */
export async function runProgram(program: Program, host: Host): Promise<void> {
  host.stdout.on('error', (error: { code?: string }) => host.exit(error.code === 'EPIPE' ? 0 : 1));
  const code = await runCommandLine(program, host);
  await Promise.all([flushed(host.stdout), flushed(host.stderr)]);
  host.exit(code);
}

async function runCommandLine(program: Program, host: Host): Promise<number> {
  const invocation = await parseCommandLine(program, host.argv.slice(2), host.env, {
    out: (text) => host.stdout.write(text),
    error: (text) => host.stderr.write(printable(text)),
    columns: host.stdout.columns,
  });
  return typeof invocation === 'number' ? invocation : runCommand(program, invocation, host);
}

async function runCommand(
  program: Program,
  { command, args, options }: Invocation,
  host: Host,
): Promise<number> {
  const { env, stdin, stdout, stderr } = host;
  const json = switchOption(options, 'json');
  const quiet = switchOption(options, 'quiet');
  const level = quiet ? 'error' : (textOption(options, 'logLevel') as 'error' | 'info' | 'debug');
  const color = stderr.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  const log = { json: textOption(options, 'logFormat') === 'json', journal: isJournal(env) };
  const reporter = createReporter({ stream: stderr, level, color, log });
  const signal = signalOf(host);
  try {
    const outcome = await command.run(args, options, {
      program: program.name,
      version: program.version,
      env,
      stdin,
      stdout,
      stderr,
      report: reporter.report,
      signal,
      kill: (pid, name) => host.kill(pid, name),
    });
    reporter.clear();
    const said = quiet ? (outcome.quiet ?? outcome.text) : outcome.text;
    const text = outcome.verbatim ? said : printable(said);
    if (json) stdout.write(`${JSON.stringify(outcome.json, null, 2)}\n`);
    else if (text !== '') stdout.write(`${text}\n`);
    return outcome.exitCode ?? 0;
  } catch (error) {
    // What an interrupt broke off may report the breaking off, and not the interrupt.
    const shown = signal.aborted && !(error instanceof WherryError) ? interrupted() : error;
    reporter.clear();
    const debug = textOption(options, 'logLevel') === 'debug';
    stderr.write(`${renderError(shown, { debug, color })}\n`);
    if (json) stdout.write(`${JSON.stringify(describeError(shown), null, 2)}\n`);
    return signal.aborted ? exitCodeOf(interrupted()) : exitCodeOf(shown);
  }
}

/** Fires at the first Ctrl-C or termination; the second one ends the program at once. */
export function signalOf(host: Pick<Host, 'on' | 'exit'>): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) host.exit(exitCodeOf(interrupted()));
    controller.abort(interrupted());
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) host.on(name, stop);
  return controller.signal;
}

/** Resolves when all that was written has gone to the operating system. */
export function flushed(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableEnded) resolve();
    else stream.write('', () => resolve());
  });
}
