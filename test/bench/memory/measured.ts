import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Usage } from './usage.ts';

const root = join(import.meta.dirname, '../../..');
const preload = join(import.meta.dirname, 'usage.ts');

export interface Streams {
  env: Record<string, string>;
  /** What the program reads; nothing by default. */
  input?: AsyncIterable<Buffer>;
  /** Reads what the program writes, to its end. */
  output?: (stdout: Readable) => Promise<unknown>;
  /** Is given the process as soon as it runs: to end it, where it does not by itself. */
  started?: (process: ChildProcess) => void;
}

/** Runs a program of ours to its end. @throws when it fails, and so does its peer in the pipe */
export async function runMeasured(
  program: 'wherry' | 'wherry-agent',
  args: string[],
  streams: Streams,
): Promise<Usage & { seconds: number }> {
  const script = join(root, program === 'wherry' ? 'cli' : 'agent', `${program}.js`);
  const { flags, variables } = await firstLine(script);
  const command = [process.execPath, ...flags, '--import', preload, script, ...args];
  const env = { ...streams.env, ...variables };
  const { seconds, report } = await runTimed(command, { ...streams, env });
  return { ...(JSON.parse(report) as Usage), seconds };
}

/** What a script's first line has its Node run with. */
async function firstLine(script: string) {
  const [, variables = '', flags = ''] =
    /^#!.* -S (.*?)\bnode (.*)$/m.exec(await readFile(script, 'utf8')) ?? [];
  const pairs = variables
    .trim()
    .split(' ')
    .map((pair) => pair.split('='));
  return { flags: flags.split(' '), variables: Object.fromEntries(pairs) };
}

/** Runs any command; `report` is what it wrote to file descriptor 3. */
export async function runTimed(
  [command = '', ...args]: string[],
  { env, input, output = text, started: tell }: Streams,
): Promise<{ seconds: number; report: string }> {
  const started = performance.now();
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, HOME: '/nonexistent', ...env },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  tell?.(child);
  const exit = new Promise<number | string>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal ?? ''));
  });
  const [code, said, report, ...piped] = await Promise.all([
    exit,
    text(child.stderr as Readable),
    text(child.stdio[3] as Readable),
    settled(pipeline(Readable.from(input ?? [], { objectMode: false }), child.stdin)),
    settled(output(child.stdout as Readable)),
  ]);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ended with ${code}: ${said}`);
  for (const error of piped) if (error) throw error;
  return { seconds: (performance.now() - started) / 1000, report };
}

/** The failure, or undefined: why the program failed says more than that its pipe broke. */
function settled(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error) => error,
  );
}
