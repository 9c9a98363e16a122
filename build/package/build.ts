import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildAgent } from '../agent/build.ts';
import { bundle } from '../bundle.ts';
import { freshFolder } from '../fresh-folder.ts';
import { noticesOf } from '../third-party/notices.ts';
import { thirdParties } from '../third-party/packages.ts';
import { publishedManifest } from './manifest.ts';

const root = join(import.meta.dirname, '../..');

/**
 * Writes a folder for npm to pack or publish: the bundle, and the agent as one module, which is all that
 * `wherry publish-agent` has without a release.
 */
export async function buildPackage(
  folder: string,
  env: Record<string, string | undefined>,
): Promise<void> {
  await freshFolder(folder);
  const files = await bundle(join(folder, 'dist'));
  await buildAgent(join(folder, 'dist/agent'), { architectures: [] });
  const manifest = `${JSON.stringify(publishedManifest(env), null, 2)}\n`;
  await writeFile(join(folder, 'package.json'), manifest);
  await writeFile(join(folder, 'THIRD-PARTY-NOTICES'), noticesOf(await thirdParties(files)));
  for (const file of ['README.md', 'LICENSE']) await copyFile(join(root, file), join(folder, file));
}
