import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { version } from '../../shared/version.ts';
import { freshFolder } from '../fresh-folder.ts';
import { type Architecture, architectures, baseNode } from './base-node.ts';
import { singleExecutable } from './executable.ts';
import { bundleModule, bundleScript } from './script.ts';
import { writeSums } from './sums.ts';

const run = promisify(execFile);

export interface BuildOptions {
  architectures?: readonly Architecture[] | undefined;
  /** Of xz; 6, which takes a minute each and 9 MB of memory to unpack, is for what is published. */
  level?: number | undefined;
}

/**
 * Writes the agent into a folder, in all forms that it is published in, and their sums. The same
 * commit gives the same bytes: none of it knows when or where it was built.
 */
export async function buildAgent(
  folder: string,
  { architectures: wanted = architectures, level = 6 }: BuildOptions = {},
): Promise<void> {
  await freshFolder(folder);
  const name = `wherry-agent-${version}`;
  const temporary = await mkdtemp(join(tmpdir(), 'wherry-build-'));
  try {
    await bundleModule(join(folder, `${name}.mjs`));
    await bundleScript(join(temporary, 'wherry-agent.cjs'));
    const compressed = wanted.map(async (architecture) => {
      const node = await baseNode(architecture, temporary);
      const path = join(folder, `${name}-linux-${architecture}`);
      await writeFile(
        path,
        await singleExecutable(node, architecture, temporary, 'wherry-agent.cjs'),
      );
      await chmod(path, 0o755);
      await compress(path, architecture, level);
      return path;
    });
    const executables = await Promise.all(compressed);
    await writeSums(folder, [
      `${name}.mjs`,
      ...executables
        .map((path) => path.slice(folder.length + 1))
        .flatMap((file) => [file, `${file}.xz`]),
    ]);
  } finally {
    await rm(temporary, { recursive: true });
  }
}

/**
 * One block by one thread, for several would depend on how many there are. The filter for x86 code
 * saves a tenth; readers of before xz 5.4 have none for arm64.
 */
async function compress(path: string, architecture: Architecture, level: number): Promise<void> {
  const filters = [...(architecture === 'x64' ? ['--x86'] : []), `--lzma2=preset=${level}`];
  await run('xz', ['--keep', '--force', '--threads=1', '--check=crc32', ...filters, path]);
}
