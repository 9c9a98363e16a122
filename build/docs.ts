/** Writes docs/cli.md from the commands' declarations; with --check only tells whether it is current. */
import { readFile, writeFile } from 'node:fs/promises';
import { agent } from '../agent/program.ts';
import { wherry } from '../cli/program.ts';
import { commandLinePage } from './cli-page.ts';

const path = 'docs/cli.md';
const page = commandLinePage([wherry, agent]);

if (process.argv.includes('--check')) {
  const current = await readFile(path, 'utf8').catch(() => '');
  if (current !== page) {
    process.stderr.write(`${path} is not current: run npm run docs.\n`);
    process.exitCode = 1;
  }
} else {
  await writeFile(path, page);
}
