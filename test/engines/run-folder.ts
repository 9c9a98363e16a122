import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from './leftovers.ts';

const runs = '/var/tmp/wherry-engines/run';

/**
 * A folder for what runs as long as this process at most. Those of killed processes are removed first:
 * what ran there ended with them.
 *
 * @param name for whoever looks at the processes
 */
export async function runFolder(name: string): Promise<string> {
  await removeLeftovers();
  await mkdir(runs, { recursive: true });
  return mkdtemp(join(runs, `${name}-${process.pid}-`));
}

async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(runs).catch(() => [])) {
    const owner = Number(/-(\d+)-[^-]*$/.exec(name)?.[1]);
    if (owner && !isAlive(owner)) await rm(join(runs, name), { recursive: true, force: true });
  }
}
