import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';

/** The files of a tar by name, in memory. */
export async function filesOf(archive: Readable): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const tar = extract();
  tar.on('entry', (header, content, next) => {
    buffer(content).then((bytes) => {
      files.set(header.name, bytes);
      next();
    }, next);
  });
  await pipeline(archive, tar);
  return files;
}
