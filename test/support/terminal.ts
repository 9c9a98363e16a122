import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { wherry } from '../../cli/program.ts';
import { runProgram } from '../../shared/command/run.ts';

export interface Typed {
  code: number;
  stdout: string;
  stderr: string;
  // biome-ignore lint/suspicious/noExplicitAny: each command has a document of its own
  json: () => any;
}

/** A `wherry` of this process, and whoever sits before it. */
export interface Terminal {
  ended: Promise<Typed>;
  /** Resolves once stderr has shown that; rejects when the program ends before. */
  shows(pattern: RegExp): Promise<void>;
  type(text: string): void;
}

/**
 * Runs `wherry` in this process, which is quicker than in one of its own; on S3 with the credentials
 * of the process's environment.
 */
export function startWherry(
  args: string[],
  env: Record<string, string | undefined>,
  { isTTY = false } = {},
): Terminal {
  const stdin = Object.assign(new PassThrough(), { isTTY });
  const stdout = new PassThrough({ encoding: 'utf8' });
  const stderr = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY });
  const text = { stdout: '', stderr: '' };
  stdout.on('data', (piece) => {
    text.stdout += piece;
  });
  stderr.on('data', (piece) => {
    text.stderr += piece;
  });
  const ended = new Promise<Typed>((resolve) => {
    const exit = (code: number) => {
      stderr.end();
      resolve({ code, ...text, json: () => JSON.parse(text.stdout) });
    };
    const argv = ['node', 'wherry', ...args];
    void runProgram(wherry, {
      argv,
      env,
      stdin,
      stdout,
      stderr,
      on: () => {},
      exit,
      kill: () => {},
    });
  });
  return {
    ended,
    type: (typed) => stdin.write(typed),
    async shows(pattern) {
      while (!pattern.test(text.stderr)) {
        if (stderr.writableEnded) throw new Error(`It ended, having shown: ${text.stderr}`);
        await Promise.race([once(stderr, 'data'), once(stderr, 'end')]);
      }
    },
  };
}
