import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import type { CommandContext } from '../../shared/command/spec.ts';
import type { Environment } from '../../shared/environment.ts';
import { messageOf } from '../../shared/error.ts';
import type { ChildProcessId } from './tag-state.ts';

export interface ShellRequest {
  /** For `/bin/sh -c`. */
  command: string;
  env: Environment;
  /** Milliseconds that it may take. */
  timeout: number;
  kill: CommandContext['kill'];
  /** Is given what it prints, line by line, on either stream. */
  onLine(line: string): void;
  /** Is awaited before the command does anything, so that whoever comes after us can know of it. */
  onStart?: (child: ChildProcessId) => Promise<void>;
  /** Ends it at once; what comes of it is a failure. */
  signal?: AbortSignal | undefined;
}

/** Milliseconds from asking it to end until it is ended. */
const grace = 5_000;

/** Milliseconds that are waited for output after it has ended: a daemon it left may hold the pipe. */
const lastWords = 500;

/** Characters of a line that are kept. */
const longestLine = 4_096;

/**
 * Runs a command in a process group of its own, which is ended as a whole when it takes too long.
 * What the command itself leaves behind when it ends in time, such as a daemon, stays.
 *
 * @returns why it failed; undefined when it exits with 0
 */
export async function runShell(request: ShellRequest): Promise<string | undefined> {
  const { command, env, timeout, kill, onStart, signal } = request;
  // It waits for a line before it begins: when we die first, it finds the end of its input instead.
  const script = 'read -r go || exit 125; exec /bin/sh -c "$0" </dev/null';
  const child = spawn('/bin/sh', ['-c', script, command], {
    env: { ...env },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => {});
  const output = Promise.all([child.stdout, child.stderr].map((s) => eachLine(s, request.onLine)));
  const ended = new Promise<string | undefined>((resolve) => {
    child.on('error', (error) => resolve(messageOf(error)));
    child.on('exit', (code, name) => resolve(describeExit(code, name)));
  });
  const { pid } = child;
  const endGroup = (name: NodeJS.Signals) => endQuietly(() => pid && kill(-pid, name));
  let why: string | undefined;
  const stop = (reason: string) => {
    why ??= reason;
    endGroup('SIGTERM');
    overdue ??= setTimeout(() => endGroup('SIGKILL'), grace);
  };
  let overdue: NodeJS.Timeout | undefined;
  const timer = setTimeout(() => stop(`it took longer than ${timeout / 1000} s`), timeout);
  const abort = () => stop('it was interrupted');
  signal?.addEventListener('abort', abort);
  try {
    if (pid) await begin(child, pid, onStart);
    const exit = await ended;
    // Those of the group that ignored the request.
    if (why) endGroup('SIGKILL');
    await Promise.race([output, new Promise((resolve) => setTimeout(resolve, lastWords).unref())]);
    return why ?? exit;
  } catch (error) {
    endGroup('SIGKILL');
    throw error;
  } finally {
    clearTimeout(timer);
    clearTimeout(overdue);
    signal?.removeEventListener('abort', abort);
  }
}

/** Ends what an agent that died left running; never another process that has the number by now. */
export async function endLeftover(
  { pid, identity }: ChildProcessId,
  kill: CommandContext['kill'],
): Promise<boolean> {
  if ((await identityOf(pid)) !== identity) return false;
  endQuietly(() => kill(-pid, 'SIGKILL'));
  return true;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

async function begin(child: Child, pid: number, onStart: ShellRequest['onStart']): Promise<void> {
  if (onStart) await onStart({ pid, identity: (await identityOf(pid)) ?? '' });
  child.stdin.end('go\n');
}

/** The boot and the start time within it (proc(5), /proc/PID/stat, field 22); undefined if gone. */
async function identityOf(pid: number): Promise<string | undefined> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return `${boot.trim()} ${afterName[19]}`;
  } catch {
    return undefined;
  }
}

async function eachLine(stream: Readable, onLine: (line: string) => void): Promise<void> {
  let rest = '';
  stream.setEncoding('utf8');
  for await (const piece of stream as AsyncIterable<string>) {
    const lines = (rest + piece).split('\n');
    rest = (lines.pop() ?? '').slice(0, longestLine);
    for (const line of lines) onLine(line.slice(0, longestLine));
  }
  if (rest !== '') onLine(rest);
}

function describeExit(code: number | null, signal: NodeJS.Signals | null): string | undefined {
  if (code === 0) return undefined;
  return signal ? `it was ended by ${signal}` : `it exited with ${code}`;
}

/** There is no such process any more: that is what was wanted. */
function endQuietly(end: () => unknown): void {
  try {
    end();
  } catch {}
}
