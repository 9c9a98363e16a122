import { access, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { aptMirror } from './apt-mirror.ts';
import { isAlive } from './leftovers.ts';
import { say, succeed } from './shell.ts';

/** Debian's suites whose engines the tests use beside the machine's own, and what each is for. */
const packages = {
  trixie: ['docker.io'],
  sid: ['docker.io', 'podman'],
} as const;

export type Suite = keyof typeof packages;

export const suites = Object.keys(packages) as Suite[];

const cache = '/var/tmp/wherry-engines';

/**
 * The folder of a minimal Debian system with the suite's engines in it; made when it isn't there
 * (about a minute), which needs root and the mirror of the machine's own apt sources.
 */
export async function debianRoot(suite: Suite, folder = cache): Promise<string> {
  const root = join(folder, suite);
  const marker = join(root, '.wherry-complete');
  if (await exists(marker)) return root;
  await removeAbandoned(folder, suite);
  const draft = join(folder, `${suite}.${process.pid}`);
  await mkdir(draft, { recursive: true });
  await bootstrap(suite, draft);
  await writeFile(join(draft, '.wherry-complete'), '');
  // Two that make the same root at once must not see each other's half-made one: the first to
  // finish wins.
  await rename(draft, root).catch(async (error) => {
    await rm(draft, { recursive: true });
    if (!(await exists(marker))) throw error;
  });
  return root;
}

async function bootstrap(suite: Suite, root: string): Promise<void> {
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
  say(`installing ${packages[suite].join(' and ')} in it`);
  const install = ['apt-get', 'install', '--yes', '--no-install-recommends', ...packages[suite]];
  await succeed('unshare', ['-m', 'sh', '-ec', enter, root, root, ...install]);
  await succeed('chroot', [root, 'apt-get', 'clean']);
}

const enter = `
mount -t proc proc "$1/proc"
root=$1; shift
DEBIAN_FRONTEND=noninteractive exec chroot "$root" "$@"
`;

async function removeAbandoned(folder: string, suite: Suite): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = /^(.*)\.(\d+)$/.exec(name);
    if (pid?.[1] === suite && !isAlive(Number(pid[2]))) {
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
