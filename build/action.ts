/** Writes the Action's bundle, dist/action.mjs; with --check only tells whether it is current. */
import { readFile } from 'node:fs/promises';
import { bundleAction, writeAction } from './action/bundle.ts';

const path = 'dist/action.mjs';

if (process.argv.includes('--check')) {
  const current = await readFile(path).catch(() => Buffer.alloc(0));
  if (!current.equals(await bundleAction())) {
    process.stderr.write(`${path} is not current: run npm run build:action.\n`);
    process.exitCode = 1;
  }
} else {
  await writeAction(path);
}
