/** Writes the Action's bundle into dist/; with --check only tells whether it is current. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleAction } from './action/bundle.ts';

const folder = 'dist';
const check = process.argv.includes('--check');

await mkdir(folder, { recursive: true });
for (const [name, bytes] of Object.entries(await bundleAction())) {
  const path = join(folder, name);
  if (!check) {
    await writeFile(path, bytes);
  } else if (!bytes.equals(await readFile(path).catch(() => Buffer.alloc(0)))) {
    process.stderr.write(`${path} is not current: run npm run build:action.\n`);
    process.exitCode = 1;
  }
}
