import { spawn } from 'node:child_process';
import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Ended, ended } from '../support/ended.ts';
import { type Cleanup, tempFolder } from '../support/temp.ts';
import { type BootRoot, bootRoot } from './roots.ts';

export interface Machine {
  /** Runs a command in it to its end, as root, with nothing of this process's environment. */
  run(command: string[], env?: Record<string, string | undefined>): Promise<Ended>;
  /** Text of a file, or undefined when there is none. */
  read(path: string): Promise<string | undefined>;
  write(path: string, content: string, mode?: number): Promise<void>;
  /** Brings a file of this machine into it, as an executable. */
  bring(from: string, path: string): Promise<void>;
}

/**
 * A fresh machine of its own for a test: a layer over one of the roots, which keeps what was written
 * over several runs. It shares the network, or has that of a process when given one, and shares the
 * Docker engine when given one's socket.
 */
export async function startMachine(
  t: Cleanup,
  name: BootRoot,
  engine?: string,
  network?: number,
): Promise<Machine> {
  const root = await bootRoot(name);
  const folder = await tempFolder(t, 'machine');
  const upper = join(folder, 'upper');
  for (const made of ['upper', 'work', 'root']) await mkdir(join(folder, made));
  const socket = engine?.replace('unix://', '') ?? '';
  const enterNetwork = network === undefined ? [] : ['--target', `${network}`, '--net'];

  async function write(path: string, content: string, mode = 0o644): Promise<void> {
    await mkdir(dirname(join(upper, path)), { recursive: true });
    await writeFile(join(upper, path), content);
    await chmod(join(upper, path), mode);
  }
  return {
    write,
    read: (path) => readFile(join(upper, path), 'utf8').catch(() => undefined),
    async bring(from, path) {
      await mkdir(dirname(join(upper, path)), { recursive: true });
      await copyFile(from, join(upper, path));
      await chmod(join(upper, path), 0o755);
    },
    async run(command, env = {}) {
      const isolated = ['--mount', '--pid', '--fork', '--kill-child'];
      const child = spawn(
        'nsenter',
        [
          ...enterNetwork,
          'unshare',
          ...isolated,
          'sh',
          '-ec',
          enter,
          'sh',
          root,
          folder,
          socket,
          ...command,
        ],
        {
          env: { ...environment, ...env },
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      );
      return ended(child);
    },
  };
}

const environment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
};

const enter = `
lower=$1 folder=$2 socket=$3; shift 3
root=$folder/root
mount -t overlay overlay -o "lowerdir=$lower,upperdir=$folder/upper,workdir=$folder/work" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/run"
if [ -n "$socket" ]; then
  : > "$root/run/docker.sock"
  mount --bind "$socket" "$root/run/docker.sock"
fi
exec chroot "$root" "$@"
`;
