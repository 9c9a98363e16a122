import { Readable } from 'node:stream';
import { WherryError } from '../error.ts';
import { destroyOnAbort } from './abort.ts';
import { type ArchiveFile, archiveFiles } from './archive-files.ts';
import { blockSize, endSize, fileHeader, paddingOf } from './tar-header.ts';
import type { WritableImage } from './writable-image.ts';

export type { WritableImage, WritableLayer } from './writable-image.ts';

/** Bytes that the stream holds ready for its reader. */
const highWaterMark = 1024 * 1024;

/**
 * The pair of `readArchive`: a tar that every engine loads (`docker load`), from the image alone:
 * the same image gives the same bytes. One layer is open at a time.
 *
 * The stream fails with a layer's own error, with CORRUPT when a layer has more or fewer bytes than
 * its size, and with INTERRUPTED; it then ends before the files without which nothing can load it.
 *
 * @throws WherryError BAD_INPUT when a reference is none
 */
export function writeArchive(
  image: WritableImage,
  options: { signal?: AbortSignal | undefined } = {},
): Readable {
  const archive = Readable.from(tar(archiveFiles(image)), { objectMode: false, highWaterMark });
  archive.once('close', destroyOnAbort(archive, options.signal));
  return archive;
}

/** The exact bytes of what {@link writeArchive} writes. */
export function archiveSize(image: WritableImage): number {
  return archiveFiles(image).reduce(
    (sum, { size }) => sum + blockSize + size + paddingOf(size),
    endSize,
  );
}

async function* tar(files: ArchiveFile[]): AsyncGenerator<Buffer> {
  for (const file of files) {
    yield fileHeader(file.path, file.size);
    yield* exactly(file);
    yield Buffer.alloc(paddingOf(file.size));
  }
  yield Buffer.alloc(endSize);
}

async function* exactly({ path, size, bytes }: ArchiveFile): AsyncGenerator<Buffer> {
  let written = 0;
  for await (const chunk of bytes()) {
    written += chunk.length;
    if (written > size) break;
    yield chunk;
  }
  if (written !== size) {
    throw new WherryError(
      'CORRUPT',
      `${path} of the archive delivers ${written > size ? 'more' : 'fewer'} than its ${size} bytes.`,
      { side: 'local', hint: 'Nothing was loaded; try again.' },
    );
  }
}
