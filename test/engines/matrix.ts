/**
 * Runs the engine tests over every engine there is, and over the other clients of `wherry-agent
 * serve` (`npm run test:engines`), and with --write puts what came of it into docs/engines.md. Says
 * loudly when the engines cannot be had here; in CI, and with --write, that is a failure.
 */
import { spawn } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newestApi, oldestApi } from '../../shared/engine/api-version.ts';
import { messageOf } from '../../shared/error.ts';
import { engineKinds } from './kinds.ts';
import { enginesPage, type Result } from './page.ts';
import { canStartEngine } from './requirements.ts';
import { debianRoot, rootNames } from './roots.ts';

const write = process.argv.includes('--write');
const missing = (await canStartEngine()) ?? (await makeRoots());
if (missing) {
  const line = '='.repeat(78);
  process.stderr.write(
    `${line}\nLEFT OUT: all engines but the machine's own, for ${missing}\n${line}\n`,
  );
  process.exit(process.env.CI || write ? 1 : 0);
}

const kinds = Object.keys(engineKinds);
const file = join(tmpdir(), `wherry-engines-${process.pid}.jsonl`);
const reporters = [
  ['spec', 'stdout'],
  [join(import.meta.dirname, 'results.ts'), file],
].flatMap(([name, to]) => [`--test-reporter=${name}`, `--test-reporter-destination=${to}`]);

const files = ['contract', 'faults', 'clients'].map((name) =>
  join(import.meta.dirname, `${name}.test.ts`),
);
const child = spawn(
  process.execPath,
  ['--test', '--test-concurrency=2', '--test-timeout=300000', ...reporters, ...files],
  { stdio: 'inherit', env: { ...process.env, WHERRY_TEST_ENGINES: kinds.join() } },
);
process.exitCode = await new Promise<number>((resolve) => {
  child.on('close', (code) => resolve(code ?? 1));
});
const lines = (await readFile(file, 'utf8')).trim().split('\n');
await rm(file);
if (write) {
  const results = lines.map((line) => JSON.parse(line) as Result);
  await writeFile('docs/engines.md', enginesPage(results, kinds, { oldestApi, newestApi }));
}

/** Before the tests, whose time is limited. @returns why they cannot be made */
async function makeRoots(): Promise<string | undefined> {
  try {
    for (const suite of rootNames) await debianRoot(suite);
    return undefined;
  } catch (error) {
    return `want of a root of Debian: ${messageOf(error)}`;
  }
}
