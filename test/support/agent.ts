import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type RunResult, run } from './program.ts';
import type { Cleanup } from './temp.ts';

/** One line of the agent's log, with `--log-format json`. */
export interface LogLine {
  level: string;
  event: string;
  // biome-ignore lint/suspicious/noExplicitAny: each event has fields of its own
  [field: string]: any;
}

/** The real `wherry-agent watch`, in a process of its own. */
export interface RunningAgent {
  lines: LogLine[];
  /** Resolves with the next line, from the first one on, that fits and was not waited for before. */
  said(event: string, fits?: (line: LogLine) => boolean): Promise<LogLine>;
  kill(signal: NodeJS.Signals): Promise<RunResult>;
}

/** Milliseconds for whatever an agent is waited for to say. */
const patience = 120_000;

/** It ends with the test, at the latest. */
export async function startAgent(
  t: Cleanup,
  args: string[],
  env: Record<string, string | undefined>,
): Promise<RunningAgent> {
  const lines: LogLine[] = [];
  const started = Promise.withResolvers<ChildProcess>();
  let news = Promise.withResolvers<void>();
  const result = run('wherry-agent', ['watch', '--log-format', 'json', ...args], {
    env,
    started(child) {
      if (child.stderr) {
        createInterface({ input: child.stderr }).on('line', (line) => {
          if (line.startsWith('{')) lines.push(JSON.parse(line));
          news.resolve();
          news = Promise.withResolvers();
        });
      }
      started.resolve(child);
    },
  });
  let ended: RunResult | undefined;
  result.then((value) => {
    ended = value;
    news.resolve();
  });
  const child = await started.promise;
  t.after(() => child.kill('SIGKILL'));
  const seen = new Set<LogLine>();
  return {
    lines,
    async said(event, fits = () => true) {
      const late = setTimeout(() => child.kill('SIGKILL'), patience);
      for (;;) {
        const { promise } = news;
        const found = lines.find((line) => line.event === event && !seen.has(line) && fits(line));
        if (found) {
          clearTimeout(late);
          for (const line of lines.slice(0, lines.indexOf(found) + 1)) seen.add(line);
          return found;
        }
        if (ended) clearTimeout(late);
        if (ended) throw new Error(`It ended and never said "${event}":\n${ended.stderr}`);
        await promise;
      }
    },
    kill(signal) {
      child.kill(signal);
      return result;
    },
  };
}
