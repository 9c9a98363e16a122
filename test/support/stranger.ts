import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { type Ended, endOf } from './ended.ts';
import { type Cleanup, tempFolder } from './temp.ts';

const execute = promisify(execFile);
const root = join(import.meta.dirname, '../..');

/** Somebody who has just cloned this, in a terminal of theirs. */
export interface Stranger {
  clone: string;
  /** Types lines, each once the one before it has succeeded. What they export stays. */
  types(lines: string[]): Promise<Ended>;
}

/**
 * They have a clone as it would be if all changes were committed, an empty HOME, the system's own Node
 * first in PATH, and of this process's environment only what leads to the npm registry.
 *
 * @param env is in their environment besides
 */
export async function stranger(t: Cleanup, env: Record<string, string>): Promise<Stranger> {
  const folder = await tempFolder(t, 'stranger');
  const clone = join(folder, 'wherry');
  const home = join(folder, 'home');
  const session = join(folder, 'session');
  await mkdir(home);
  await cloneTo(clone);
  const { stdout } = await execute('npm', ['config', 'get', 'registry'], { cwd: root });
  const own = process.env.PATH?.split(delimiter).filter((path) => !path.includes('node_modules'));
  const { NODE_EXTRA_CA_CERTS, HTTPS_PROXY, NO_PROXY } = process.env;
  const network = { NODE_EXTRA_CA_CERTS, HTTPS_PROXY, NO_PROXY };
  return {
    clone,
    types(lines) {
      // A failure in the middle of a && b ends no script by itself, not even with -e.
      const script = [
        `[ ! -e '${session}' ] || . '${session}'`,
        `trap 'code=$?; export -p > "${session}"; exit $code' EXIT`,
        ...lines.map((line) => `${line}\n[ $? -eq 0 ] || exit 1`),
      ];
      const child = spawn('bash', ['-uc', script.join('\n')], {
        cwd: clone,
        env: {
          ...network,
          ...env,
          npm_config_registry: stdout.trim(),
          HOME: home,
          PATH: own?.join(delimiter),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      return endOf(child);
    },
  };
}

/** A clone, and over it what is not committed yet. */
async function cloneTo(clone: string): Promise<void> {
  await execute('git', ['clone', '--quiet', root, clone]);
  const lists = [
    ['diff', '--name-only', '-z', 'HEAD'],
    ['ls-files', '-z', '--others', '--exclude-standard'],
  ];
  for (const list of lists) {
    const { stdout } = await execute('git', list, { cwd: root });
    for (const file of stdout.split('\0').filter(Boolean)) {
      await rm(join(clone, file), { force: true });
      if (existsSync(join(root, file))) await cp(join(root, file), join(clone, file));
    }
  }
}
