import { randomUUID } from 'node:crypto';
import { type FileHandle, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The folder, inside the bucket's own, in which objects are written before they appear. */
export const asideFolder = '.aside';

/** Milliseconds after which a file written aside must be a killed writer's. */
const abandonedAfter = 24 * 3600 * 1000;

/** A file written aside, to appear under its name whole and durable, or not at all. */
export interface AsideFile {
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Puts the file in its place, over what is there. @returns its stat-based ETag */
  replace(target: string): Promise<string>;
  /** Puts the file in its place unless something is there; then undefined. */
  create(target: string): Promise<string | undefined>;
  discard(): Promise<void>;
}

export async function openAside(root: string): Promise<AsideFile> {
  const folder = join(root, asideFolder);
  await mkdir(folder, { recursive: true });
  const path = join(folder, randomUUID());
  const file = await open(path, 'wx');
  let placed: Promise<string> | undefined;

  const settle = async (): Promise<string> => {
    try {
      await file.sync();
      return await etagOf(file);
    } finally {
      await file.close();
    }
  };
  return {
    write: (bytes, position) => writeAll(file, bytes, position),
    async replace(target) {
      placed ??= settle();
      const etag = await placed;
      await mkdir(dirname(target), { recursive: true });
      await rename(path, target);
      await syncFolder(dirname(target));
      return etag;
    },
    async create(target) {
      placed ??= settle();
      const etag = await placed;
      await mkdir(dirname(target), { recursive: true });
      const created = await linkUnlessThere(path, target);
      await rm(path, { force: true });
      // Also when it was there: its writer may not have come to this yet, and we vouch for it.
      await syncFolder(dirname(target));
      return created ? etag : undefined;
    },
    async discard() {
      if (placed === undefined) await file.close().catch(() => {});
      await rm(path, { force: true });
    },
  };
}

/**
 * Changes with every write, for each is a new file: inode, change time and size. Equal bytes
 * written twice have two ETags, so a compare-and-swap is never fooled by a value that came back.
 */
export async function etagOf(file: FileHandle | string): Promise<string> {
  const info =
    typeof file === 'string'
      ? await stat(file, { bigint: true })
      : await file.stat({ bigint: true });
  return `"${info.ino.toString(36)}-${info.mtimeNs.toString(36)}-${info.size.toString(36)}"`;
}

/** Removes what killed writers left aside long ago. */
export async function sweepAside(root: string): Promise<void> {
  const folder = join(root, asideFolder);
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    const info = await stat(path).catch(() => undefined);
    if (info && Date.now() - info.mtimeMs > abandonedAfter) await rm(path, { force: true });
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

async function linkUnlessThere(path: string, target: string): Promise<boolean> {
  try {
    await link(path, target);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'EEXIST') return false;
    throw error;
  }
}

/** A new name outlives a power cut only once its folder is on disk too (fsync(2)). */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
