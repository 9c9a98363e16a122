import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Cleanup } from '../support/temp.ts';
import type { Host } from './host.ts';

/** A program inside a host, which tells what it knows. */
export interface Service<State> {
  /** What it knows now. */
  now(): Promise<State>;
  /** Resolves with what it tells once that fits. */
  until(fits: (state: State) => boolean): Promise<State>;
}

/** Milliseconds for whatever a program is waited for to tell. */
const patience = 60_000;

/** Runs a program of `programs`, and resolves once it is ready. It ends with the test, and with its host. */
export async function startService<State>(
  t: Cleanup,
  host: Host,
  program: string,
  options: object,
): Promise<Service<State>> {
  const file = join(import.meta.dirname, 'programs', `${program}.ts`);
  const [command = '', ...enter] = host.enter;
  const child = spawn(command, [...enter, process.execPath, file, JSON.stringify(options)], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  t.after(() => child.connected && child.disconnect());
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => {});
  child.on('error', ended.reject);
  child.on('exit', (code) => ended.reject(new Error(`${program} ended, with ${code}`)));
  const ready = Promise.withResolvers<State>();
  let state: State | undefined;
  let news = Promise.withResolvers<void>();
  child.on('message', (told) => {
    state = told as State;
    ready.resolve(state);
    news.resolve();
    news = Promise.withResolvers();
  });
  await Promise.race([ready.promise, ended.promise]);

  async function until(fits: (state: State) => boolean): Promise<State> {
    const late = AbortSignal.timeout(patience);
    for (;;) {
      const { promise } = news;
      if (state !== undefined && fits(state)) return state;
      late.throwIfAborted();
      await Promise.race([promise, ended.promise, once(late, 'abort')]);
    }
  }
  return {
    until,
    async now() {
      const { promise } = news;
      child.send({});
      await Promise.race([promise, ended.promise]);
      return state as State;
    },
  };
}
