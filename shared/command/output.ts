import { createWriteStream } from 'node:fs';
import { realpath, rename, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Writable } from 'node:stream';
import { isWherryError, WherryError } from '../error.ts';
import { usageError } from './options.ts';
import type { CommandContext } from './spec.ts';

/**
 * Gives `use` a stream to write to: stdout for `-`, else a file that appears under its name only
 * when all of it is written. A device or a pipe is written to as it is: what is renamed to its name would
 * replace it, `/dev/null` for instance. So it is with a link, such as `/dev/stdout`, of which the file at
 * its end is meant.
 */
export async function openOutput<T>(
  path: string,
  { stdout }: CommandContext,
  use: (open: () => Writable) => Promise<T>,
): Promise<T> {
  if (path === '-') {
    if (stdout.isTTY)
      throw usageError('An archive is not for a terminal.', 'Redirect stdout, or name a file.');
    return use(() => keepOpen(stdout));
  }
  const target = await realpath(path).catch(() => resolve(path));
  const isStream = await stat(target).then(
    (found) => !found.isFile() && !found.isDirectory(),
    () => false,
  );
  const partial = isStream ? target : `${target}.partial`;
  try {
    const result = await use(() => createWriteStream(partial));
    if (!isStream) await rename(partial, target);
    return result;
  } catch (error) {
    if (!isStream) await rm(partial, { force: true }).catch(() => {});
    throw localError(error, path);
  }
}

/** stdout, behind a stream that may be ended: the program has more to say on it. */
function keepOpen(stream: Writable): Writable {
  return new Writable({
    write(piece, _encoding, done) {
      stream.write(piece, done);
    },
  });
}

function localError(error: unknown, path: string): unknown {
  const { code, syscall } = error as { code?: string; syscall?: string };
  if (isWherryError(error) || syscall === undefined) return error;
  const why =
    code === 'ENOSPC'
      ? 'the disk is full'
      : code === 'ENOENT'
        ? 'there is no such folder'
        : `${code}`;
  return new WherryError(
    code === 'ENOSPC'
      ? 'NO_SPACE'
      : code === 'EACCES' || code === 'EROFS'
        ? 'ACCESS_DENIED'
        : 'BAD_INPUT',
    `Could not write ${path}: ${why}.`,
    {
      side: 'local',
      hint: 'Name another file.',
      cause: error,
    },
  );
}
