import { execFile, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { buildPackage } from '../../build/package/build.ts';
import { type Ended, endOf } from './ended.ts';
import { type Cleanup, tempFolder } from './temp.ts';

const execute = promisify(execFile);

/** A package as npm packs it. */
export interface Packed {
  tarball: string;
  /** Bytes of the tarball. */
  size: number;
  /** Paths in the package, sorted. */
  files: string[];
}

/** Built and packed as for a release, in a folder of the test's own. */
export async function packPackage(t: Cleanup): Promise<Packed> {
  const folder = await tempFolder(t, 'package');
  await buildPackage(join(folder, 'package'), {});
  const pack = ['pack', './package', '--json', '--pack-destination', folder];
  const { stdout } = await execute('npm', pack, { cwd: folder });
  const [{ filename, size, files }] = JSON.parse(stdout);
  const paths = files.map(({ path }: { path: string }) => path).sort();
  return { tarball: join(folder, filename), size, files: paths };
}

/** The package installed by npm in an empty folder, with an empty HOME and no registry. */
export async function installPackage(t: Cleanup, tarball: string): Promise<string> {
  const folder = await tempFolder(t, 'installed');
  const home = join(folder, 'home');
  await mkdir(home);
  await writeFile(join(folder, '.npmrc'), 'registry=http://127.0.0.1:1\nfetch-retries=0\n');
  const env = { PATH: process.env.PATH, HOME: home };
  await execute('npm', ['install', tarball], { cwd: folder, env });
  return folder;
}

/**
 * Runs one of its programs by name, as a shell finds it, with a Node of choice.
 *
 * @param node the folder of the Node, first in PATH
 */
export function runInstalled(
  folder: string,
  node: string,
  [program = '', ...args]: string[],
  env: Record<string, string> = {},
): Promise<Ended> {
  const bin = join(folder, 'node_modules/.bin');
  const child = spawn(join(bin, program), args, {
    cwd: folder,
    env: { PATH: [node, '/usr/bin', '/bin'].join(delimiter), HOME: join(folder, 'home'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return endOf(child);
}
