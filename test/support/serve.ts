import type { ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { type RunResult, run } from './program.ts';
import type { Cleanup } from './temp.ts';

export interface ServeProcess {
  /** `127.0.0.1:43211`. */
  address: string;
  url: string;
  pid: number;
  /** What it said so far on stderr, each request included. */
  log(): string;
  /** Resolves once it has said that. */
  said(what: RegExp | string): Promise<void>;
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
  let child: ChildProcess | undefined;
  let log = '';
  const heard = new EventEmitter().setMaxListeners(0);
  const started = (process: ChildProcess) => {
    child = process;
    process.stderr?.on('data', (piece) => {
      log += piece;
      heard.emit('piece');
    });
  };
  const args = ['serve', '--store', store, '--listen', listen, '--json', '--log-level', 'debug'];
  const ended = run('wherry-agent', args, { env, started });
  ended.finally(() => heard.emit('piece'));
  const said = async (what: RegExp | string) => {
    while (!(typeof what === 'string' ? log.includes(what) : what.test(log))) {
      if (child?.exitCode !== null) throw new Error(`serve ended, and said: ${log}`);
      await once(heard, 'piece');
    }
  };
  const stop = (signal: NodeJS.Signals = 'SIGTERM') => {
    child?.kill(signal);
    return ended;
  };
  t.after(() => stop());
  const serving = /^Serving .* at (\S+)\.$/m;
  await said(serving);
  const address = serving.exec(log)?.[1] ?? '';
  return { address, url: `http://${address}`, pid: child?.pid ?? 0, log: () => log, said, stop };
}
