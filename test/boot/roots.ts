import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../shared/error.ts';
import { aptMirror } from '../engines/apt-mirror.ts';
import { canStartEngine } from '../engines/requirements.ts';
import { debianRoot } from '../engines/roots.ts';
import { say, succeed } from '../engines/shell.ts';

const cache = '/var/tmp/wherry-boot';

/**
 * Debian systems without Node, made once: with Docker and curl; the same with the aws command line
 * and Python but without xz; and one of arm64, of which nothing can run but by an emulator.
 */
const roots = {
  curl: (draft: string) => copyWith(draft, ['curl', 'ca-certificates', 'xz-utils']),
  aws: (draft: string) => copyWith(draft, ['awscli']),
  arm64: unpackArm64,
};

export type BootRoot = keyof typeof roots;

/** Why such roots cannot be used here; undefined when they can. In CI it fails when they cannot be made. */
export async function bootRootsMissing(): Promise<string | undefined> {
  const missing = await canStartEngine();
  if (missing) return missing;
  if (!(await exists('/usr/bin/apt-get'))) return 'want of apt';
  try {
    await debianRoot('trixie');
    return undefined;
  } catch (error) {
    if (process.env.CI) throw error;
    return messageOf(error);
  }
}

/** Why nothing of arm64 can run here; false when it can. */
export async function emulatorMissing(): Promise<string | false> {
  if (await exists('/usr/bin/qemu-aarch64-static')) return false;
  return 'LEFT OUT: arm64, for want of qemu-aarch64-static';
}

/** The folder of such a system, which nobody may write to: see machine.ts. */
export async function bootRoot(name: BootRoot): Promise<string> {
  const root = join(cache, name);
  if (await exists(root)) return root;
  const draft = join(cache, `${name}.${process.pid}`);
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  await roots[name](draft);
  await rename(draft, root).catch(async (error) => {
    await rm(draft, { recursive: true });
    if (!(await exists(root))) throw error;
  });
  return root;
}

async function copyWith(draft: string, packages: string[]): Promise<void> {
  const base = await debianRoot('trixie');
  say(`making a machine with ${packages.join(', ')} in ${draft}`);
  await succeed('cp', ['--archive', `${base}/.`, draft]);
  await succeed('chroot', [draft, 'apt-get', 'update', '--quiet']);
  const install = ['apt-get', 'install', '--yes', '--quiet', '--no-install-recommends'];
  await succeed('unshare', ['-m', 'sh', '-ec', enter, draft, draft, ...install, ...packages]);
  await succeed('chroot', [draft, 'apt-get', 'clean']);
}

const enter = `
mount -t proc proc "$1/proc"
root=$1; shift
DEBIAN_FRONTEND=noninteractive exec chroot "$root" "$@"
`;

async function unpackArm64(draft: string): Promise<void> {
  await debianRoot('trixie');
  say(`unpacking Debian of arm64 in ${draft}`);
  const options = ['--arch=arm64', '--foreign', '--variant=minbase'];
  await succeed('unshare', ['-m', 'debootstrap', ...options, 'trixie', draft, await aptMirror()]);
  // Of what it downloaded only the unpacked is of use.
  await rm(join(draft, 'var/cache/apt/archives'), { recursive: true });
  await writeFile(join(draft, 'etc/hostname'), 'arm64\n');
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
