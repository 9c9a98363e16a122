import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';

const own = join(import.meta.dirname, '../dist');

/**
 * Makes an empty folder for what a build writes. What is in it goes only where nobody keeps anything else:
 * in the checkout's `dist`.
 *
 * @throws Error when something is in it elsewhere
 */
export async function freshFolder(folder: string): Promise<void> {
  const below = relative(own, resolve(folder));
  if (below !== '' && !below.startsWith('..')) await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) {
    throw new Error(`${folder} is not empty: name another folder, or remove what is in it.`);
  }
}
