import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A file system of its own, with those options; undefined, and said loudly, where none can be mounted. */
export async function smallDisk(t: TestContext, options: string): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'wherry-disk-'));
  const args = ['-t', 'tmpfs', '-o', options, 'wherry-test', folder];
  const { status, stderr } = spawnSync('mount', args, { encoding: 'utf8' });
  t.after(async () => {
    if (status === 0) spawnSync('umount', [folder]);
    await rm(folder, { recursive: true });
  });
  if (status === 0) return folder;
  t.skip(`LEFT OUT: a small tmpfs cannot be mounted here: ${stderr}`);
  return undefined;
}
