import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Environment } from '../../shared/environment.ts';
import { throwIfAborted } from '../../shared/error.ts';
import type { Page } from './page.ts';

/** What finds the Docker engine, and what a terminal is like; nothing that configures AWS or Wherry. */
const passed = /^(?:PATH|HOME|TMPDIR|TERM|NO_COLOR|DOCKER_\w+)$/;

export function programEnvironment(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => passed.test(name)));
}

export interface ProgramOptions {
  env: Environment;
  folder: string | undefined;
  page: Page;
  signal: AbortSignal;
}

export type Program = 'wherry' | 'wherry-agent';

const root = join(import.meta.dirname, '../..');

/**
 * Runs a real program, showing the command line and what it prints.
 *
 * @returns the seconds that it took
 * @throws Error when it fails, WherryError INTERRUPTED
 */
export type Run = (program: Program, args: string[]) => Promise<number>;

export function programRunner({ env, folder, page, signal }: ProgramOptions): Run {
  return async (program, args) => {
    throwIfAborted(signal);
    page.commandLine([program, ...args]);
    const script = join(root, program === 'wherry' ? 'cli' : 'agent', `${program}.js`);
    const started = performance.now();
    const child = spawn(process.execPath, [script, ...args], {
      env: { ...env },
      cwd: folder,
      // Its progress goes to the terminal, if there is one, as it would without the demo.
      stdio: ['ignore', 'pipe', 'inherit'],
      // A terminal's Ctrl-C reaches the demo alone, which hands it on: two would end it at once.
      detached: true,
    });
    // Not the agent: an engine may yet load what it got from one that is gone, unseen by the cleanup.
    const interrupt = () => program === 'wherry' && child.kill('SIGINT');
    signal.addEventListener('abort', interrupt, { once: true });
    try {
      const ended = new Promise<number | string>((resolve, reject) => {
        child.once('error', reject);
        child.once('close', (code, killer) => resolve(code ?? killer ?? ''));
      });
      const [printed, code] = await Promise.all([text(child.stdout), ended]);
      const seconds = (performance.now() - started) / 1000;
      page.output(printed);
      throwIfAborted(signal);
      if (code !== 0) throw new Error(`${program} ${args[0]} ended with ${code}.`);
      return seconds;
    } finally {
      signal.removeEventListener('abort', interrupt);
    }
  };
}
