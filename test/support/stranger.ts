import { execFile, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { type Cleanup, tempFolder } from './temp.ts';

const execute = promisify(execFile);
const root = join(import.meta.dirname, '../..');

/** Somebody who has just cloned this, in a terminal of theirs. */
export interface Stranger {
  clone: string;
  /** Types lines, each once the one before it has succeeded. What they export stays. */
  types(lines: string[]): Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/**
 * They have a clone as it would be if all changes were committed, an empty HOME, the system's own Node
 * first in PATH, and of this process's environment only what leads to the npm registry.
 *
 * @param env is in their environment besides
 */
export async function stranger(t: Cleanup, env: Record<string, string>): Promise<Stranger> {
  const folder = await tempFolder(t, 'stranger');
  const [clone, home, session] = ['wherry', 'home', 'session'].map((name) => join(folder, name));
  if (!clone || !home || !session) throw new Error('There is nowhere to be.');
  await mkdir(home);
  await cloneTo(clone);
  const { stdout } = await execute('npm', ['config', 'get', 'registry'], { cwd: root });
  const own = process.env.PATH?.split(delimiter).filter((path) => !path.includes('node_modules'));
  const { NODE_EXTRA_CA_CERTS, HTTPS_PROXY, NO_PROXY } = process.env;
  const network = { NODE_EXTRA_CA_CERTS, HTTPS_PROXY, NO_PROXY };
  return {
    clone,
    async types(lines) {
      // A failure in the middle of a && b ends no script by itself, not even with -e.
      const script = [
        `[ ! -e '${session}' ] || . '${session}'`,
        `trap 'code=$?; export -p > ${session}; exit $code' EXIT`,
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
      const exit = new Promise<number | null>((resolve, reject) => {
        child.on('error', reject).on('close', resolve);
      });
      const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
      return { code, stdout: out, stderr: err };
    },
  };
}

/** What is not committed comes by a commit that nothing refers to; a clone of a folder has such too. */
async function cloneTo(clone: string): Promise<void> {
  const identity = ['-c', 'user.name=Wherry', '-c', 'user.email=wherry@example.com'];
  const { stdout } = await execute('git', [...identity, 'stash', 'create'], { cwd: root });
  await execute('git', ['clone', '--quiet', '--no-checkout', root, clone]);
  await execute('git', ['checkout', '--quiet', '--detach', stdout.trim() || 'HEAD'], {
    cwd: clone,
  });
}
