/**
 * The steps of a release that need no rights: docs/releasing.md.
 *
 * - `npm run release -- plan [TAG]` prints what GITHUB_OUTPUT takes; without a tag for a dry run
 * - `npm run release -- notes [TAG]` prints the notes
 * - `npm run release -- files FOLDER PACKAGE TARBALL AGENT…` puts together the release's files
 */
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import manifest from '../package.json' with { type: 'json' };
import { gatherRelease } from './release/files.ts';
import { planRelease } from './release/plan.ts';

const root = join(import.meta.dirname, '..');
const [command, ...args] = process.argv.slice(2);

async function plan(tag: string | undefined) {
  const tags = execFileSync('git', ['tag', '--list'], { cwd: root, encoding: 'utf8' }).split('\n');
  const changelog = await readFile(join(root, 'CHANGELOG.md'), 'utf8');
  return planRelease({ tag: tag || undefined, version: manifest.version, changelog, tags });
}

if (command === 'plan') {
  const { version, major, prerelease, newest, npmTag } = await plan(args[0]);
  const outputs = { version, major, prerelease, newest, 'npm-tag': npmTag };
  for (const [name, value] of Object.entries(outputs)) process.stdout.write(`${name}=${value}\n`);
} else if (command === 'notes') {
  process.stdout.write(`${(await plan(args[0])).notes}\n`);
} else if (command === 'files') {
  const [folder = '', packaged = '', tarball = '', ...agents] = args;
  const license = join(root, `node_modules/node-linux-${process.arch}/LICENSE`);
  const nodeLicense = await readFile(license, 'utf8');
  await gatherRelease(folder, { agents, packaged, tarball, nodeLicense });
} else {
  throw new Error('Say plan, notes or files.');
}
