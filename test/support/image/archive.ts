import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { type Codec, compress } from './compress.ts';
import { type TarMember, tarOf } from './tar.ts';

/** A tar of the members as a stream, compressed as a whole when a codec is given. */
export function archiveOf(members: Iterable<TarMember>, codec: Codec = 'plain'): Readable {
  return Readable.from(compress(tarOf(members), codec), { objectMode: false });
}

/** Writes the members as files and folders, such as an OCI layout's. */
export async function writeFolder(members: Iterable<TarMember>, folder: string): Promise<void> {
  for (const { name, type, linkname, content = '' } of members) {
    const path = join(folder, name);
    await mkdir(type === 'directory' ? path : dirname(path), { recursive: true });
    if (type === 'symlink') await symlink(linkname as string, path);
    else if (type !== 'directory') {
      await writeFile(path, typeof content === 'function' ? content() : content);
    }
  }
}
