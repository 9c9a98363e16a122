import { createHash } from 'node:crypto';
import { globSync } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { architectures } from '../../build/agent/base-node.ts';
import { buildAgent } from '../../build/agent/build.ts';
import { bundleModule, bundleScript } from '../../build/agent/script.ts';
import { withLock } from '../../shared/lock.ts';
import { say } from '../engines/shell.ts';

const cache = '/var/tmp/wherry-boot/agents';

/** Milliseconds: what nobody made for so long may go when there is something new. */
const kept = 24 * 3_600_000;

/**
 * A folder with the agent of this checkout as one file, for this machine's architecture, to which nobody
 * may write. It is built (some 15 s) only when there is none of the same code.
 */
export async function builtAgent(): Promise<string> {
  await mkdir(cache, { recursive: true });
  return withLock(join(cache, 'lock'), async () => {
    const folder = join(cache, await sumOfCode());
    // Its sums are written last.
    const there = await access(join(folder, 'SHA256SUMS')).then(
      () => true,
      () => false,
    );
    if (there) return folder;
    await removeOld();
    say(`building the agent in ${folder}`);
    const architecture = architectures.filter((name) => name === process.arch);
    await buildAgent(folder, { architectures: architecture, level: 0 });
    return folder;
  });
}

/** Of the agent's code, and of what makes an executable of it. */
async function sumOfCode(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wherry-sum-'));
  try {
    const bundles = ['agent.cjs', 'agent.mjs'].map((name) => join(folder, name));
    await bundleScript(bundles[0] ?? '');
    await bundleModule(bundles[1] ?? '');
    const root = join(import.meta.dirname, '../..');
    const builders = globSync('build/agent/*', { cwd: root }).sort();
    const files = [...builders, 'package-lock.json'].map((name) => join(root, name));
    const hash = createHash('sha256');
    for (const file of [...bundles, ...files]) hash.update(await readFile(file));
    return hash.digest('hex').slice(0, 16);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function removeOld(): Promise<void> {
  for (const name of await readdir(cache)) {
    const path = join(cache, name);
    const { mtimeMs } = await stat(path);
    if (name !== 'lock' && Date.now() - mtimeMs > kept) await rm(path, { recursive: true });
  }
}
