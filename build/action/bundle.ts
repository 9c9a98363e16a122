import { join } from 'node:path';
import { build } from 'esbuild';
import { moduleSettings } from '../bundle.ts';
import { noticesOf } from '../third-party/notices.ts';
import { thirdParties } from '../third-party/packages.ts';

const root = join(import.meta.dirname, '../..');

/** What is committed of the Action, below `dist`, by its name there. */
export type ActionFiles = Record<'action.mjs' | 'action-notices.txt', Buffer>;

/**
 * The GitHub Action as one ES module, and the licences of what is in it. The same sources give the same
 * bytes, wherever they are.
 */
export async function bundleAction(folder = root): Promise<ActionFiles> {
  const { outputFiles, metafile } = await build({
    ...moduleSettings,
    absWorkingDir: folder,
    entryPoints: ['cli/action/main.ts'],
    target: 'node24',
    minify: true,
    write: false,
    metafile: true,
  });
  const [file] = outputFiles;
  if (!file) throw new Error('esbuild made nothing');
  const notices = noticesOf(await thirdParties(Object.keys(metafile.inputs), folder));
  return { 'action.mjs': Buffer.from(file.contents), 'action-notices.txt': Buffer.from(notices) };
}
