import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';

const root = join(import.meta.dirname, '../..');

export interface RunOptions {
  env?: Record<string, string | undefined>;
  /** What the program reads; nothing by default. */
  stdin?: Readable | Buffer;
  cwd?: string;
  /** What a command begins with that is to run elsewhere, such as in other namespaces. */
  enter?: string[];
  /** Is given the process as soon as it runs: to kill it, for instance. */
  started?: (process: ChildProcess) => void;
}

export interface RunResult {
  /** The exit code, or the name of the signal that ended it. */
  code: number | string;
  stdout: string;
  stderr: string;
  /** stdout, as bytes. */
  bytes: Buffer;
  /** stdout, as the one JSON document that it must be. */
  // biome-ignore lint/suspicious/noExplicitAny: each command has a document of its own
  json: () => any;
}

/** Runs a real program in a process of its own, with nothing of this machine's configuration. */
export async function run(
  program: 'wherry' | 'wherry-agent',
  args: string[],
  { env, stdin, cwd, enter = [], started }: RunOptions = {},
): Promise<RunResult> {
  const folder = program === 'wherry' ? 'cli' : 'agent';
  const file = join(root, folder, `${program}.js`);
  const [command = '', ...rest] = [...enter, process.execPath, file, ...args];
  const child = spawn(command, rest, {
    cwd,
    env: { PATH: process.env.PATH, HOME: '/nonexistent', ...env },
  });
  started?.(child);
  // A program may end before it has read everything.
  child.stdin.on('error', () => {});
  if (stdin && !Buffer.isBuffer(stdin))
    stdin.on('error', () => child.stdin.destroy()).pipe(child.stdin);
  else child.stdin.end(stdin);
  const exit = new Promise<number | string>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal ?? ''));
  });
  const [bytes, stderr, code] = await Promise.all([buffer(child.stdout), text(child.stderr), exit]);
  const stdout = bytes.toString('utf8');
  return { code, stdout, stderr, bytes, json: () => JSON.parse(stdout) };
}
