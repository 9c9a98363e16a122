import { access, constants, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { throwIfAborted, WherryError } from '../../error.ts';
import { withLock } from '../../lock.ts';
import {
  type Bucket,
  type FetchedObject,
  type GetOptions,
  type ListPage,
  type ObjectInfo,
  type PutOptions,
  type Upload,
  unchanged,
} from '../bucket.ts';
import { checkKey } from '../key.ts';
import { asideFolder, etagOf, openAside, sweepAside } from './aside.ts';
import { folderError } from './errors.ts';

/** How long another may hold the lock, in milliseconds; it only compares and renames. */
const patience = 30_000;

/**
 * A folder as a bucket: a key is a file's path below it. An object appears whole or not at all, and
 * is on disk when `put` answers. A put that must find nothing is a link(2); every other change of a
 * key takes the bucket's lock, so that comparing and replacing are one step.
 */
export function openFolderBucket(root: string): Bucket {
  const pathOf = (key: string): string => {
    checkKey(key);
    if (key.startsWith('.')) {
      throw new WherryError(
        'BAD_INPUT',
        `"${key}" cannot be a key in a folder: it starts with a dot.`,
        {
          side: 'local',
        },
      );
    }
    return join(root, key);
  };
  const locked = async <T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
    await mkdir(root, { recursive: true });
    return withLock(join(root, '.lock'), work, { patience, signal });
  };
  let swept: Promise<void> | undefined;
  const aside = async () => {
    if (swept === undefined) swept = sweepAside(root);
    await swept;
    return openAside(root);
  };

  async function guard<T>(
    doing: string,
    options: { signal?: AbortSignal | undefined } | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    throwIfAborted(options?.signal);
    try {
      return await work();
    } catch (error) {
      throw folderError(error, doing);
    }
  }

  return {
    url: pathToFileURL(root).href,

    get: (key, options) =>
      guard(`read ${key}`, options, () => readObject(pathOf(key), options ?? {})),

    put: (key, bytes, options: PutOptions = {}) =>
      guard(`store ${key}`, options, async () => {
        const path = pathOf(key);
        const { condition, signal } = options;
        const file = await aside();
        try {
          await file.write(bytes, 0);
          if (condition && 'absent' in condition) return await file.create(path);
          return await locked(async () => {
            if (condition && (await currentEtag(path)) !== condition.etag) return undefined;
            return file.replace(path);
          }, signal);
        } finally {
          await file.discard();
        }
      }),

    head: (key, options) => guard(`look up ${key}`, options, () => describe(pathOf(key), key)),

    listPage: (prefix, options) =>
      guard(`list ${prefix}`, options, async (): Promise<ListPage> => {
        await requireFolder(root);
        const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
        const keys = (await keysBelow(root, folder)).filter((key) => key.startsWith(prefix));
        const infos = await Promise.all(keys.map((key) => describe(join(root, key), key)));
        const objects = infos.filter((info) => info !== undefined);
        objects.sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
        return { objects, next: undefined };
      }),

    delete: (key, options) =>
      guard(`delete ${key}`, options, () =>
        locked(() => rm(pathOf(key), { force: true }), options?.signal),
      ),

    startUpload: (key, options) =>
      guard(`store ${key}`, options, async (): Promise<Upload> => {
        const path = pathOf(key);
        const file = await aside();
        const step = <T>(work: () => Promise<T>) => guard(`store ${key}`, options, work);
        return {
          part: (_number, offset, bytes) => step(() => file.write(bytes, offset)),
          complete: () => step(() => locked(() => file.replace(path), options?.signal)),
          abort: () => guard(`store ${key}`, undefined, () => file.discard()),
        };
      }),
  };
}

async function readObject(
  path: string,
  { range, ifMatch, ifNoneMatch }: GetOptions,
): Promise<FetchedObject | undefined> {
  const file = await open(path, 'r').catch(absentAsUndefined);
  if (!file) return undefined;
  try {
    const info = await file.stat();
    if (info.isDirectory()) return undefined;
    const etag = await etagOf(file);
    if (ifMatch !== undefined && ifMatch !== etag) return undefined;
    if (ifNoneMatch === etag) return unchanged(etag);
    const start = Math.min(range?.start ?? 0, info.size);
    const bytes = Buffer.alloc(Math.min(range?.length ?? info.size, info.size - start));
    let done = 0;
    while (done < bytes.length) {
      const { bytesRead } = await file.read(bytes, done, bytes.length - done, start + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return { bytes: bytes.subarray(0, done), etag };
  } finally {
    await file.close();
  }
}

async function describe(path: string, key: string): Promise<ObjectInfo | undefined> {
  const info = await stat(path).catch(absentAsUndefined);
  if (!info || info.isDirectory()) return undefined;
  const etag = await etagOf(path).catch(absentAsUndefined);
  return etag ? { key, size: info.size, etag, modified: info.mtime } : undefined;
}

function currentEtag(path: string): Promise<string | undefined> {
  return etagOf(path).catch(absentAsUndefined);
}

async function keysBelow(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(
    absentAsUndefined,
  );
  const keys: string[] = [];
  for (const entry of entries ?? []) {
    const key = `${folder}${entry.name}`;
    if (entry.name === asideFolder || entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) keys.push(...(await keysBelow(root, `${key}/`)));
    else if (entry.isFile()) keys.push(key);
  }
  return keys;
}

/** As S3 answers a list of a bucket that is not there. */
async function requireFolder(root: string): Promise<void> {
  const there = await access(root, constants.R_OK).then(() => true, absentAsUndefined);
  if (there) return;
  throw new WherryError('NOT_FOUND', `There is no folder ${root}.`, {
    side: 'store',
    hint: 'Check --store; a push creates the folder.',
  });
}

function absentAsUndefined(error: unknown): undefined {
  const code = (error as { code?: string }).code;
  if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
}
