import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Isolation {
  /** What is kept over a restart; the command may write nowhere else. */
  folder: string;
  /** A Debian root to run in, see roots.ts; the machine's own when there is none. */
  root?: string | undefined;
  /** Size of a disk of its own for `data` in the folder, such as `40m`; it ends with the command. */
  disk?: string | undefined;
  /** Nothing is written to the root: what the command writes there is kept in `upper` in the folder. */
  layered?: boolean | undefined;
  /** A process whose network it has; `own` is a new one, `shared` that of this process, the default. */
  network?: number | 'own' | 'shared' | undefined;
  /** The command's arguments, given the path of `folder` as the command sees it. */
  command: (folder: string) => string[];
}

export interface IsolatedProcess {
  /** Of the command, as seen from outside. */
  pid: number;
  /** Resolves once the command, and whatever it started, is gone. */
  exited: Promise<void>;
}

/** Where the folder is for a command that runs in a root of its own. */
const folderInRoot = '/mnt';

/**
 * Runs a command as the first process of its own mount and process namespaces: its mounts and
 * children end with it, however it ends, and it ends with the process that called this, which it
 * does not keep from ending. So nothing of a killed run is left but files. What it prints is
 * appended to `engine.log` in the folder.
 */
export async function runIsolated({
  folder,
  root,
  disk,
  layered,
  network = 'shared',
  command,
}: Isolation): Promise<IsolatedProcess> {
  for (const name of ['exec', 'data']) await mkdir(join(folder, name), { recursive: true });
  const log = await open(join(folder, 'engine.log'), 'a');
  const inside = root === undefined ? folder : folderInRoot;
  const child = spawn(
    'setpriv',
    [
      ...['--pdeathsig', 'KILL', ...enterNetwork(network)],
      ...['--mount', '--pid', '--fork', '--kill-child'],
      ...['sh', '-ec', root === undefined ? prepareMachine : prepareRoot],
      ...['sh', folder, root ?? '/', disk ?? '', layered ? 'layered' : '', ...command(inside)],
    ],
    { stdio: ['ignore', log.fd, log.fd] },
  );
  const exited = once(child, 'exit').then(() => undefined);
  await once(child, 'spawn');
  await log.close();
  child.unref();
  return { pid: await firstChildOf(child), exited };
}

function enterNetwork(network: number | 'own' | 'shared'): string[] {
  if (network === 'shared') return ['unshare'];
  if (network === 'own') return ['unshare', '--net'];
  return ['nsenter', '--target', `${network}`, '--net', 'unshare'];
}

const prepareMachine = `
mount -t proc proc /proc
mount -t tmpfs tmpfs "$1/exec"
[ -z "$3" ] || mount -t tmpfs -o size="$3" tmpfs "$1/data"
shift 4
exec "$@"
`;

/**
 * A graph driver wants "/" to be a mount point, so the root is entered by pivot_root, not chroot.
 */
const prepareRoot = `
folder=$1 root=$2 disk=$3 layered=$4; shift 4
if [ -n "$layered" ]; then
  mkdir -p "$folder/upper" "$folder/work" "$folder/root"
  mount -t overlay overlay -o "lowerdir=$root,upperdir=$folder/upper,workdir=$folder/work" "$folder/root"
  root=$folder/root
else
  mount --bind "$root" "$root"
fi
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/run"
mount --bind "$folder" "$root${folderInRoot}"
mount -t tmpfs tmpfs "$root${folderInRoot}/exec"
[ -z "$disk" ] || mount -t tmpfs -o size="$disk" tmpfs "$root${folderInRoot}/data"
cd "$root"
mkdir run/outside
pivot_root . run/outside
cd /
umount -l run/outside
exec "$@"
`;

async function firstChildOf({ pid, exitCode }: ChildProcess): Promise<number> {
  for (let tries = 0; tries < 200 && exitCode === null; tries++) {
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
    const first = Number(children.trim().split(' ')[0]);
    if (first > 0) return first;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('The namespaces for an engine could not be made; that needs root.');
}
