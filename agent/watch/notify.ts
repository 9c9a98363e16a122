import { spawn } from 'node:child_process';
import type { Environment } from '../../shared/environment.ts';
import type { Clock } from './clock.ts';

/**
 * Tells systemd how the service is (sd_notify(3)), where it asks for that. Node has no datagrams on
 * Unix sockets, so systemd-notify, which every machine with systemd has, sends them: as root in the
 * name of this process; otherwise the unit needs `NotifyAccess=all`.
 */
export interface Notifier {
  ready(): Promise<void>;
  status(text: string): Promise<void>;
  /** Keeps the watchdog content until the signal fires, as long as `isAlive` says so. */
  guard(isAlive: () => boolean, signal: AbortSignal): Promise<void>;
  stopping(): Promise<void>;
}

export function openNotifier(
  env: Environment,
  clock: Clock,
  onFailure: (message: string) => void,
): Notifier {
  let told = false;
  const failed = (message: string) => {
    if (!told) onFailure(message);
    told = true;
  };
  const send = async (...states: string[]): Promise<void> => {
    if (!env.NOTIFY_SOCKET) return;
    const why = await run(states, env);
    if (why) failed(why);
  };
  // At half the time, as sd_watchdog_enabled(3) advises.
  const period = Number(env.WATCHDOG_USEC ?? 0) / 1000 / 2;
  return {
    ready: () => send('READY=1'),
    status: (text) => send(`STATUS=${text.replaceAll('\n', ' ')}`),
    stopping: () => send('STOPPING=1'),
    async guard(isAlive, signal) {
      if (!(period > 0)) return;
      while (!signal.aborted) {
        if (isAlive()) await send('WATCHDOG=1');
        await clock.sleep(period, signal);
      }
    },
  };
}

/** @returns why it failed; undefined when it did not */
function run(states: string[], env: Environment): Promise<string | undefined> {
  return new Promise((resolve) => {
    // Whoever waits for systemd to have read it, waits for a systemd that is busy.
    const child = spawn('systemd-notify', ['--no-block', ...states], {
      env: { ...env },
      stdio: 'ignore',
    });
    child.on('error', (error) => resolve(`systemd-notify: ${error.message}`));
    child.on('exit', (code) =>
      resolve(code === 0 ? undefined : `systemd-notify exited with ${code}`),
    );
  });
}
