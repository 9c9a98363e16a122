import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import lock from '../../package-lock.json' with { type: 'json' };

const run = promisify(execFile);

export const architectures = ['x64', 'arm64'] as const;

export type Architecture = (typeof architectures)[number];

/**
 * The bytes of Node for an architecture, as package-lock.json pins them. `npm ci` installs only that
 * of the machine; the other comes by `npm pack`, from npm's cache where it has it.
 */
export async function baseNode(architecture: Architecture, folder: string): Promise<Buffer> {
  const name = `node-linux-${architecture}` as const;
  const root = join(import.meta.dirname, '../..');
  const installed = await readFile(join(root, 'node_modules', name, 'bin/node')).catch(() => {});
  if (installed) return installed;
  const { version, integrity } = lock.packages[`node_modules/${name}`];
  const pack = ['pack', `${name}@${version}`, '--silent', '--prefer-offline'];
  await run('npm', [...pack, '--pack-destination', folder], { cwd: root });
  const archive = join(folder, `${name}-${version}.tgz`);
  const sum = createHash('sha512')
    .update(await readFile(archive))
    .digest('base64');
  if (integrity !== `sha512-${sum}`) {
    throw new Error(`${name}@${version} is not what package-lock.json names.`);
  }
  await run('tar', ['--extract', '--gzip', '--file', archive, 'package/bin/node'], { cwd: folder });
  return readFile(join(folder, 'package/bin/node'));
}
