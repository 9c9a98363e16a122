import { WherryError } from '../../error.ts';

/** The file system's error as ours, for a folder that serves as a store. */
export function folderError(error: unknown, doing: string): Error {
  if (error instanceof WherryError) return error;
  const { code, path } = error as { code?: string; path?: string };
  const at = path ?? 'the folder';
  switch (code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new WherryError(
        'ACCESS_DENIED',
        `Could not ${doing}: ${at} is not writable or readable.`,
        {
          side: 'store',
          hint: 'Check who owns the folder, and whether it is mounted read-only.',
          cause: error,
        },
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return new WherryError('NO_SPACE', `Could not ${doing}: the disk is full.`, {
        side: 'store',
        hint: 'Free some space, then run the same command again; what was stored stays.',
        cause: error,
      });
    case 'ENOTDIR':
    case 'EEXIST':
    case 'EISDIR':
      return new WherryError(
        'BAD_INPUT',
        `Could not ${doing}: a file is where a folder must be (${at}).`,
        {
          side: 'store',
          hint: 'Name another folder.',
          cause: error,
        },
      );
    case 'EIO':
    case 'EBUSY':
    case 'ESTALE':
      return new WherryError('UNAVAILABLE', `Could not ${doing}: ${code} at ${at}.`, {
        side: 'store',
        cause: error,
      });
    default:
      return new WherryError('FAILED', `Could not ${doing}: ${(error as Error).message}.`, {
        side: 'store',
        cause: error,
      });
  }
}
