import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeSums } from '../agent/sums.ts';
import { freshFolder } from '../fresh-folder.ts';

export interface ReleaseParts {
  /** Folders that `npm run build:agent` wrote, on machines of several architectures. */
  agents: string[];
  /** The folder that `npm run build:package` wrote. */
  packaged: string;
  /** What npm packed of it. */
  tarball: string;
  /** The licence of the Node in the executables, and of all that is in it. */
  nodeLicense: string;
}

const sums = 'SHA256SUMS';
const notices = 'THIRD-PARTY-NOTICES';

/**
 * Puts together the files of a release: what `wherry publish-agent` takes, with one list of sums for all
 * architectures, the package, and the licences of what is in them.
 *
 * @throws Error when a file that several have, as all do the module, is not the same in all
 */
export async function gatherRelease(
  folder: string,
  { agents, packaged, tarball, nodeLicense }: ReleaseParts,
): Promise<void> {
  await freshFolder(folder);
  const gathered = new Set<string>();
  for (const from of [join(packaged, 'dist/agent'), ...agents]) {
    for (const file of (await readdir(from)).filter((name) => name !== sums)) {
      const bytes = await readFile(join(from, file));
      if (gathered.has(file) && !bytes.equals(await readFile(join(folder, file)))) {
        throw new Error(`${join(from, file)} is not the ${file} that was built elsewhere.`);
      }
      gathered.add(file);
      await writeFile(join(folder, file), bytes);
    }
  }
  await writeSums(folder, [...gathered]);
  await copyFile(tarball, join(folder, basename(tarball)));
  const licences = [await readFile(join(packaged, notices), 'utf8'), nodeHeading, nodeLicense];
  await writeFile(join(folder, notices), licences.join('\n'));
}

const nodeHeading = `${'='.repeat(80)}\nNode.js, in the executables\n${'-'.repeat(80)}\n`;
