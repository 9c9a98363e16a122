import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Whether there is script(1) of util-linux, which gives a program a terminal. */
export function hasTerminals(): boolean {
  const { stdout } = spawnSync('script', ['--version'], { encoding: 'utf8' });
  return /util-linux/.test(stdout ?? '');
}

export interface Terminal {
  /** All that the program has shown. */
  shown(): string;
  /** Until it has shown what fits. */
  sees(pattern: RegExp): Promise<void>;
  type(text: string): void;
  /** Its exit code. */
  ended: Promise<number>;
}

/** Runs the real `wherry` on a pseudo-terminal. The arguments have to be words of the shell. */
export function openTerminal(args: string[], env: Record<string, string>): Terminal {
  const command = [process.execPath, join(root, 'cli/wherry.js'), ...args].join(' ');
  const child = spawn(
    'script',
    ['--quiet', '--return', '--flush', '--command', command, '/dev/null'],
    {
      env: { PATH: process.env.PATH, HOME: '/nonexistent', TERM: 'dumb', SHELL: '/bin/sh', ...env },
    },
  );
  let shown = '';
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? -1));
  });
  child.stdout.on('data', (piece) => {
    shown += piece;
  });
  return {
    shown: () => shown,
    sees: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => pattern.test(shown) && resolve();
        child.stdout.on('data', look);
        child.on('close', () => reject(new Error(`it ended, and has shown only: ${shown}`)));
        look();
      }),
    type: (text) => child.stdin.write(text),
    ended,
  };
}
