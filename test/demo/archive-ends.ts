import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { formatTable } from '../../shared/report/format.ts';
import { writeLayout } from '../support/image/layouts.ts';
import { tempFolder } from '../support/temp.ts';
import { compareArchives } from './compare-archives.ts';
import type { Ends, EndsOptions } from './ends.ts';

const reference = 'api:1';
const built = 'built.tar';
const pulled = 'pulled.tar';

/** An archive in, as `docker save` writes it, and an archive out, which `docker load` reads. */
export async function archiveEnds({ cleanup, page, signal }: EndsOptions): Promise<Ends> {
  const folder = await tempFolder(cleanup, 'demo');
  return {
    description: `${built}, an archive as docker save writes it, goes in; ${pulled} comes out`,
    reference,
    folder,
    pushOptions: ['--input', built],
    pullOptions: ['--output', pulled],
    async place(image) {
      const archive = await writeLayout({ image, references: [reference] }, 'oci');
      await pipeline(archive, createWriteStream(join(folder, built)), { signal });
    },
    empty: async () => 'As there is no Docker engine, into an archive that docker load reads.',
    async prove() {
      const parts = await compareArchives(join(folder, built), join(folder, pulled));
      const verdict = (same: boolean) => (same ? 'the same, byte for byte' : 'DIFFERENT');
      page.paragraph(`The image in ${pulled}, compared with the one in ${built}:`);
      page.table(formatTable(parts.map(({ name, size, same }) => [name, size, verdict(same)])));
      if (!parts.every(({ same }) => same)) throw new Error('What came out is not what went in.');
      page.paragraph(
        'What came out is what went in. With a Docker engine, the demo would also run it.',
      );
    },
  };
}
