import type { ChildProcess } from 'node:child_process';
import { type RunResult, run } from './program.ts';
import type { Cleanup } from './temp.ts';

export interface ServeProcess {
  /** `127.0.0.1:43211`. */
  address: string;
  url: string;
  pid: number;
  /** What it said so far on stderr, each request included. */
  log(): string;
  /** Ends it in an orderly way, as often as it is asked to. */
  stop(signal?: NodeJS.Signals): Promise<RunResult>;
}

export interface ServeOptions {
  env?: Record<string, string | undefined>;
  listen?: string;
}

/** `wherry-agent serve` over a store, at a free port, for as long as the test runs. */
export async function startServe(
  t: Cleanup,
  store: string,
  { env = {}, listen = '127.0.0.1:0' }: ServeOptions = {},
): Promise<ServeProcess> {
  const { promise: listening, resolve, reject } = Promise.withResolvers<string>();
  let child: ChildProcess | undefined;
  let log = '';
  const started = (process: ChildProcess) => {
    child = process;
    process.stderr?.on('data', (piece) => {
      log += piece;
      const [, address] = /^Serving .* at (\S+)\.$/m.exec(log) ?? [];
      if (address) resolve(address);
    });
  };
  const args = ['serve', '--store', store, '--listen', listen, '--json', '--log-level', 'debug'];
  const ended = run('wherry-agent', args, { env, started });
  ended.then(({ code }) => reject(new Error(`serve ended with ${code}: ${log}`)), reject);
  const stop = (signal: NodeJS.Signals = 'SIGTERM') => {
    child?.kill(signal);
    return ended;
  };
  t.after(() => stop());
  const address = await listening;
  return { address, url: `http://${address}`, pid: child?.pid ?? 0, log: () => log, stop };
}
