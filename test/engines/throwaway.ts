import { readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { type Isolation, runIsolated } from './isolated.ts';
import { isAlive } from './leftovers.ts';
import { runFolder } from './run-folder.ts';

export { canStartEngine } from './requirements.ts';

/** An engine of a test's own. It ends with the process that started it. */
export interface ThrowawayEngine extends AsyncDisposable {
  /** Such as `unix:///var/tmp/wherry-engines/run/docker-26-4711-0/engine.sock`. */
  readonly host: string;
  readonly version: string;
  /** Of the engine as it runs now; another one after {@link restart}. */
  readonly pid: number;
  /** Ends the engine and removes its folder. */
  stop(): Promise<void>;
  /** Ends the engine at once, as a crash would. Its images stay for {@link restart}. */
  kill(): Promise<void>;
  /** Starts the engine again, after ending it in an orderly way if it runs, with the same images. */
  restart(): Promise<void>;
}

export interface ThrowawayOptions extends Pick<Isolation, 'layered' | 'network'> {
  /** Part of the folder's name, for whoever looks at the processes. */
  name: string;
  /** Where its images are kept while it lives; a fresh folder unless given. */
  folder?: string | undefined;
  /** A Debian root to run the engine of, see roots.ts; the machine's own engine by default. */
  root?: string | undefined;
  /** Size of a disk for its images, such as `40m`; they do not survive a restart then. */
  disk?: string | undefined;
}

export interface DockerOptions extends ThrowawayOptions {
  /** Keep images in the containerd store rather than by graph driver. */
  containerd?: boolean | undefined;
  /** More options of dockerd. */
  args?: string[] | undefined;
}

export function startDockerEngine(options: DockerOptions): Promise<ThrowawayEngine> {
  return startThrowaway(options, (folder) => [
    'dockerd',
    ...['--host', `unix://${folder}/engine.sock`],
    ...['--data-root', `${folder}/data`],
    ...['--exec-root', `${folder}/exec`],
    ...['--pidfile', `${folder}/exec/dockerd.pid`],
    ...['--bridge=none', '--iptables=false', '--ip6tables=false'],
    ...(options.containerd ? ['--feature', 'containerd-snapshotter=true'] : []),
    ...(options.args ?? []),
  ]);
}

/**
 * @param command given the engine's folder as the engine sees it: it listens at `engine.sock`,
 *   keeps images in `data`, and in `exec` what must not outlive it
 */
export async function startThrowaway(
  { name, folder, ...isolation }: ThrowawayOptions,
  command: (folder: string) => string[],
): Promise<ThrowawayEngine> {
  const home = folder ?? (await runFolder(name));
  const start = async () => {
    const socket = join(home, 'engine.sock');
    await rm(socket, { force: true });
    const engine = await runIsolated({ ...isolation, folder: home, command });
    const version = await answer(socket, engine.exited, home).catch((error) => {
      signalProcess(engine.pid, 'SIGKILL');
      throw error;
    });
    return { ...engine, version };
  };
  let running = await start();

  const end = async (signal: NodeJS.Signals) => {
    signalProcess(running.pid, signal);
    const overdue = setTimeout(() => signalProcess(running.pid, 'SIGKILL'), 20_000);
    await running.exited;
    clearTimeout(overdue);
  };
  const stop = async () => {
    await end('SIGTERM');
    await rm(home, { recursive: true, force: true });
  };
  return {
    host: `unix://${home}/engine.sock`,
    get version() {
      return running.version;
    },
    get pid() {
      return running.pid;
    },
    kill: () => end('SIGKILL'),
    stop,
    [Symbol.asyncDispose]: stop,
    async restart() {
      await end('SIGTERM');
      running = await start();
    },
  };
}

/** The engine's version, once it answers. */
async function answer(socket: string, exited: Promise<void>, folder: string): Promise<string> {
  let gone = false;
  exited.then(() => {
    gone = true;
  });
  const deadline = Date.now() + 60_000;
  while (!gone && Date.now() < deadline) {
    const version = await askVersion(socket).catch(() => undefined);
    if (version) return version;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const log = await readFile(join(folder, 'engine.log'), 'utf8');
  const what = gone ? 'The engine ended' : 'The engine does not answer';
  throw new Error(`${what}; the end of its log:\n${log.split('\n').slice(-15).join('\n')}`);
}

function askVersion(socketPath: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path: '/version' }, (response) => {
      json(response).then((body) => resolve((body as { Version: string }).Version), reject);
    });
    asked.on('error', reject).end();
  });
}

/** Does nothing when the process is gone. */
function signalProcess(pid: number, signal: NodeJS.Signals): void {
  if (isAlive(pid)) process.kill(pid, signal);
}
