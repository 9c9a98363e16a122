import { enableCompileCache } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from './environment.ts';
import { makeOwnFolder, runtimeFolder } from './runtime-folder.ts';

/**
 * Has Node keep what it compiles until the machine restarts (Node, "Module compile cache"): a third to
 * two thirds of a short command's time. Only in memory, where this user has a folder there that nobody
 * else can change, for Node runs what it finds; and not where NODE_COMPILE_CACHE already says where.
 */
export async function keepCompiled(env: Environment): Promise<void> {
  const folder = runtimeFolder(env);
  if (env.NODE_COMPILE_CACHE || folder.startsWith(tmpdir())) return;
  try {
    await makeOwnFolder(folder);
    enableCompileCache(join(folder, 'compiled'));
  } catch {
    // It only takes longer.
  }
}
