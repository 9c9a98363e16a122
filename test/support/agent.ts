import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { type LogLines, readLog } from './log-lines.ts';
import { type RunResult, run } from './program.ts';
import type { Cleanup } from './temp.ts';

export type { LogLine } from './log-lines.ts';

/** The real `wherry-agent watch`, in a process of its own. */
export interface RunningAgent extends LogLines {
  kill(signal: NodeJS.Signals): Promise<RunResult>;
}

/** It ends with the test, at the latest. */
export async function startAgent(
  t: Cleanup,
  args: string[],
  env: Record<string, string | undefined>,
): Promise<RunningAgent> {
  const started = Promise.withResolvers<ChildProcess>();
  const result = run('wherry-agent', ['watch', '--log-format', 'json', ...args], {
    env,
    started: started.resolve,
  });
  const ended = result.then(({ stderr }): never => {
    throw new Error(`It ended:\n${stderr}`);
  });
  const child = await started.promise;
  t.after(() => child.kill('SIGKILL'));
  return {
    ...readLog(child.stderr as Readable, ended),
    kill(signal) {
      child.kill(signal);
      return result;
    },
  };
}
