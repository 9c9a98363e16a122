/**
 * Writes what is generated from the commands' declarations: docs/cli.md and action.yml; with --check
 * only tells whether they are current.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { agent } from '../agent/program.ts';
import { wherry } from '../cli/program.ts';
import { storeProgram } from '../cli/store-program.ts';
import { actionPage } from './action/page.ts';
import { commandLinePage } from './cli-page.ts';

const pages = {
  'docs/cli.md': commandLinePage([wherry, agent]),
  'action.yml': actionPage(storeProgram),
};

for (const [path, page] of Object.entries(pages)) {
  if (!process.argv.includes('--check')) await writeFile(path, page);
  else if ((await readFile(path, 'utf8').catch(() => '')) !== page) {
    process.stderr.write(`${path} is not current: run npm run docs.\n`);
    process.exitCode = 1;
  }
}
