import { access, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { aptMirror } from './apt-mirror.ts';
import { isAlive } from './leftovers.ts';
import { say, succeed } from './shell.ts';

/** The Debian systems that the tests use beside the machine's own, and what each is for. */
const roots = {
  trixie: { suite: 'trixie', packages: ['docker.io'] },
  sid: { suite: 'sid', packages: ['docker.io', 'podman'] },
  clients: { suite: 'sid', packages: ['containerd', 'crane', 'skopeo'] },
} as const;

export type RootName = keyof typeof roots;

export const rootNames = Object.keys(roots) as RootName[];

const cache = '/var/tmp/wherry-engines';

/**
 * The folder of a minimal Debian system with the packages of its name in it; made when it isn't there
 * (about a minute), which needs root and the mirror of the machine's own apt sources.
 */
export async function debianRoot(name: RootName, folder = cache): Promise<string> {
  const root = join(folder, name);
  const marker = join(root, '.wherry-complete');
  if (await exists(marker)) return root;
  await removeAbandoned(folder, name);
  const draft = join(folder, `${name}.${process.pid}`);
  await mkdir(draft, { recursive: true });
  await bootstrap(name, draft);
  await writeFile(join(draft, '.wherry-complete'), '');
  // Two that make the same root at once must not see each other's half-made one: the first to
  // finish wins.
  await rename(draft, root).catch(async (error) => {
    await rm(draft, { recursive: true });
    if (!(await exists(marker))) throw error;
  });
  return root;
}

async function bootstrap(name: RootName, root: string): Promise<void> {
  const { suite, packages } = roots[name];
  const mirror = await aptMirror();
  if (!(await exists('/usr/sbin/debootstrap'))) {
    say('installing debootstrap');
    await succeed('apt-get', ['update']);
    await succeed('apt-get', ['install', '--yes', '--no-install-recommends', 'debootstrap']);
  }
  say(`making a root of Debian ${suite} in ${root}`);
  // A mount namespace of its own, so that no mount of a killed run stays behind.
  await succeed('unshare', ['-m', 'debootstrap', '--variant=minbase', suite, root, mirror]);
  // The machine's own proxy, time-outs and tolerance of an old snapshot apply in there too.
  const acquire = await succeed('apt-config', ['dump', 'Acquire']);
  await writeFile(join(root, 'etc/apt/apt.conf.d/90machine'), acquire);
  await writeFile(join(root, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  say(`installing ${packages.join(' and ')} in it`);
  const install = ['apt-get', 'install', '--yes', '--no-install-recommends', ...packages];
  await succeed('unshare', ['-m', 'sh', '-ec', enter, root, root, ...install]);
  await succeed('chroot', [root, 'apt-get', 'clean']);
}

const enter = `
mount -t proc proc "$1/proc"
root=$1; shift
DEBIAN_FRONTEND=noninteractive exec chroot "$root" "$@"
`;

async function removeAbandoned(folder: string, root: RootName): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = /^(.*)\.(\d+)$/.exec(name);
    if (pid?.[1] === root && !isAlive(Number(pid[2]))) {
      await rm(join(folder, name), { recursive: true });
    }
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
