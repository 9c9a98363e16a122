import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { moduleSettings } from '../bundle.ts';

const root = join(import.meta.dirname, '../..');

/** The GitHub Action as one ES module. The same sources give the same bytes, wherever they are. */
export async function bundleAction(folder = root): Promise<Uint8Array> {
  const { outputFiles } = await build({
    ...moduleSettings,
    absWorkingDir: folder,
    entryPoints: ['cli/action/main.ts'],
    target: 'node24',
    minify: true,
    write: false,
  });
  const [file] = outputFiles;
  if (!file) throw new Error('esbuild made nothing');
  return file.contents;
}

export async function writeAction(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, await bundleAction());
}
