import { extract } from 'tar-stream';
import { bytesOf } from './image/bytes.ts';

/** The files of a tar, by their names. */
export async function readTar(bytes: Buffer): Promise<Map<string, Buffer>> {
  const entries = new Map<string, Buffer>();
  const tar = extract();
  tar.end(bytes);
  for await (const entry of tar) {
    entries.set(entry.header.name, await bytesOf(entry as AsyncIterable<Buffer>));
  }
  return entries;
}
