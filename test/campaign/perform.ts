import type { ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { bytesOf } from '../support/image/bytes.ts';
import { writeLayout } from '../support/image/layouts.ts';
import { type RunOptions, type RunResult, run } from '../support/program.ts';
import { operationBudget } from './budget.ts';
import { archivePath, commandLine, sourceName } from './command-line.ts';
import { killLater } from './kill.ts';
import type { Operation, Outcome, Pull, Push } from './operation.ts';
import type { Setting } from './setting.ts';

type Program = 'wherry' | 'wherry-agent';

/** A command line, and what it takes to run it. */
interface Prepared {
  program: Program;
  args: string[];
  stdin?: Buffer | undefined;
  /** Where the archive is read from, or written to. */
  path?: string | undefined;
}

/** Puts in place what the operation starts from; runs nothing yet. */
export async function prepare(
  operation: Operation,
  setting: Setting,
): Promise<() => Promise<Outcome>> {
  const prepared = await prepareKind(operation, setting);
  return () => perform(operation, prepared, setting);
}

async function prepareKind(operation: Operation, setting: Setting): Promise<Prepared> {
  switch (operation.kind) {
    case 'push':
      return preparePush(operation, setting);
    case 'pull':
      return preparePull(operation, setting);
    default:
      return { program: 'wherry', args: commandLine(operation, setting) };
  }
}

async function preparePush(push: Push, setting: Setting): Promise<Prepared> {
  const name = sourceName(push);
  const archive = () => writeLayout({ image: push.image, references: [name] }, push.layout);
  const prepared = { program: 'wherry' as const, args: commandLine(push, setting) };
  switch (push.from) {
    case 'stdin':
      return { ...prepared, stdin: await bytesOf(await archive()) };
    case 'file': {
      const path = archivePath(push, setting);
      await pipeline(await archive(), createWriteStream(path));
      return { ...prepared, path };
    }
    case 'engine':
      await setting.engine?.load(
        await writeLayout({ image: push.image, references: [name] }, 'legacy'),
      );
      return prepared;
  }
}

function preparePull(pull: Pull, setting: Setting): Prepared {
  const path = pull.into === 'file' ? archivePath(pull, setting) : undefined;
  return { program: pull.program, args: commandLine(pull, setting), path };
}

async function perform(
  operation: Operation,
  { program, args, stdin, path }: Prepared,
  { env, arrivals }: Setting,
): Promise<Outcome> {
  const start = performance.now();
  let hung = false;
  const options: RunOptions = { env };
  if (stdin) options.stdin = stdin;
  const cancel: (() => void)[] = [];
  options.started = (child: ChildProcess) => {
    const overdue = setTimeout(() => {
      hung = true;
      child.kill('SIGKILL');
    }, operationBudget);
    cancel.push(() => clearTimeout(overdue));
    if (operation.kill) cancel.push(killLater(child, operation.kill, arrivals));
  };
  const result = await run(program, args, options);
  for (const each of cancel) each();
  const seconds = (performance.now() - start) / 1000;
  const { code, stderr } = result;
  const archive = await archiveOf(operation, result, path);
  if (path) for (const file of [path, `${path}.partial`]) await rm(file, { force: true });
  return { operation, code, json: documentOf(operation, result), stderr, seconds, hung, archive };
}

/** What a pull has written; of an unfinished one only what it gave its name. */
async function archiveOf(
  operation: Operation,
  { code, bytes }: RunResult,
  path: string | undefined,
): Promise<Buffer | undefined> {
  if (operation.kind !== 'pull') return undefined;
  if (operation.into === 'stdout') return code === 0 ? bytes : undefined;
  return path ? readFile(path).catch(() => undefined) : undefined;
}

function documentOf(operation: Operation, { code, json }: RunResult): Outcome['json'] {
  const silent = operation.kind === 'pull' && operation.into === 'stdout';
  return code === 0 && !silent ? json() : undefined;
}
