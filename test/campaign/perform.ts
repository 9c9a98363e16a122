import type { ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { bytesOf } from '../support/image/bytes.ts';
import { writeLayout } from '../support/image/layouts.ts';
import { type RunOptions, type RunResult, run } from '../support/program.ts';
import { operationBudget } from './budget.ts';
import { killLater } from './kill.ts';
import { type Operation, type Outcome, type Pull, type Push, referenceOf } from './operation.ts';
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
  const prepared =
    operation.kind === 'push'
      ? await preparePush(operation, setting)
      : preparePull(operation, setting);
  return () => perform(operation, prepared, setting);
}

export function commandLine(operation: Operation, folder: string): string[] {
  return operation.kind === 'push' ? pushArgs(operation, folder) : pullArgs(operation, folder);
}

async function preparePush(push: Push, { folder, engine }: Setting): Promise<Prepared> {
  const name = sourceName(push);
  const archive = () => writeLayout({ image: push.image, references: [name] }, push.layout);
  const prepared = { program: 'wherry' as const, args: pushArgs(push, folder) };
  switch (push.from) {
    case 'stdin':
      return { ...prepared, stdin: await bytesOf(await archive()) };
    case 'file': {
      const path = archivePath(push, folder);
      await pipeline(await archive(), createWriteStream(path));
      return { ...prepared, path };
    }
    case 'engine':
      await engine?.load(await writeLayout({ image: push.image, references: [name] }, 'legacy'));
      return prepared;
  }
}

function preparePull(pull: Pull, { folder }: Setting): Prepared {
  const path = pull.into === 'file' ? archivePath(pull, folder) : undefined;
  return { program: pull.program, args: pullArgs(pull, folder), path };
}

/** What the pushed image is called where it comes from. */
function sourceName({ number }: Push): string {
  return `built:${number}`;
}

function archivePath({ number }: Operation, folder: string): string {
  return join(folder, `${number}.tar`);
}

function pushArgs(push: Push, folder: string): string[] {
  const { from, tags, expect, immutable, repair } = push;
  const input = from === 'stdin' ? '-' : archivePath(push, folder);
  return [
    ...['push', sourceName(push), ...tags.flatMap((tag) => ['--as', tag])],
    ...(from === 'engine' ? [] : ['--input', input]),
    ...(expect ? ['--expect', expect] : []),
    ...(immutable ? ['--immutable'] : []),
    ...(repair ? ['--repair'] : []),
    ...['--json', '--log-level', 'debug'],
  ];
}

function pullArgs(pull: Pull, folder: string): string[] {
  const { into, local, full } = pull;
  const output = into === 'stdout' ? '-' : archivePath(pull, folder);
  return [
    ...['pull', referenceOf(pull), '--tag', local, '--log-level', 'debug'],
    ...(into === 'engine' ? [] : ['--output', output]),
    ...(into === 'stdout' ? [] : ['--json']),
    ...(full ? ['--full'] : []),
  ];
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
  if (operation.kind === 'push') return undefined;
  if (operation.into === 'stdout') return code === 0 ? bytes : undefined;
  return path ? readFile(path).catch(() => undefined) : undefined;
}

function documentOf(operation: Operation, { code, json }: RunResult): Outcome['json'] {
  const silent = operation.kind === 'pull' && operation.into === 'stdout';
  return code === 0 && !silent ? json() : undefined;
}
