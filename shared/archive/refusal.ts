import { WherryError } from '../error.ts';

/** The error for an archive that is not what it should be, or lacks something. */
export function badArchive(
  message: string,
  hint = 'Save it again, with docker save, skopeo copy, or docker buildx build --output type=docker.',
  cause?: unknown,
): WherryError {
  return new WherryError('BAD_INPUT', message, { side: 'local', hint, cause });
}

/** The error for bytes that contradict their digest, their size or their checksum. */
export function corruptArchive(message: string, cause?: unknown): WherryError {
  return new WherryError('CORRUPT', message, {
    side: 'local',
    hint: 'The archive was damaged on its way or made wrongly: save it again.',
    cause,
  });
}

/** The error for an archive, or a compressed layer in it, that ends too early. */
export function truncatedArchive(what: string, cause?: unknown): WherryError {
  return badArchive(
    `${what} is cut off before its end.`,
    'The file was not copied whole, or what wrote it was interrupted: save it again.',
    cause,
  );
}

/** @throws WherryError CORRUPT when a blob is not of the size that a descriptor gives */
export function checkSize(path: string, described: number | undefined, size: number): void {
  if (described !== undefined && described !== size) {
    throw corruptArchive(`${path} in the archive has ${size} bytes where ${described} are named.`);
  }
}
