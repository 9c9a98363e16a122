import { lstat, mkdir } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Environment } from './environment.ts';

/**
 * Where the jobs of one user on this machine find each other: `/run/wherry` for root, otherwise a
 * folder of the user's own, in `XDG_RUNTIME_DIR` where a session has one (XDG Base Directory
 * Specification) and below the system's temporary folder elsewhere. It need not be there yet.
 */
export function runtimeFolder(env: Environment, uid = ownUid()): string {
  if (uid === 0) return '/run/wherry';
  if (env.XDG_RUNTIME_DIR) return join(env.XDG_RUNTIME_DIR, 'wherry');
  return join(tmpdir(), `wherry-${uid ?? 'user'}`);
}

/**
 * Makes the folder unless it is there. Anybody may make one in a shared folder such as /tmp, so what
 * is there must be a folder, not a link to one, which belongs to this user and only they can change.
 */
export async function makeOwnFolder(path: string): Promise<void> {
  const uid = ownUid();
  await mkdir(path, { mode: uid === 0 ? 0o755 : 0o700 }).catch((error) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const info = await lstat(path);
  if (!info.isDirectory() || info.uid !== uid || (info.mode & 0o022) !== 0) {
    throw new Error(`${path} is not a folder that only this user can change`);
  }
}

/** Undefined for a user that the machine has no name for, as in some containers. */
function ownUid(): number | undefined {
  try {
    return userInfo().uid;
  } catch {
    return undefined;
  }
}
