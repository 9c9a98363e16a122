/**
 * Runs the engine tests over every engine there is (`npm run test:engines`), and with --write puts
 * what came of it into docs/engines.md.
 */
import { spawn } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newestApi, oldestApi } from '../../shared/engine/api-version.ts';
import { engineKinds } from './kinds.ts';
import { enginesPage, type Result } from './page.ts';

const kinds = Object.keys(engineKinds);
const file = join(tmpdir(), `wherry-engines-${process.pid}.jsonl`);
const reporters = [
  ['spec', 'stdout'],
  [join(import.meta.dirname, 'results.ts'), file],
].flatMap(([name, to]) => [`--test-reporter=${name}`, `--test-reporter-destination=${to}`]);

const child = spawn(
  process.execPath,
  ['--test', '--test-timeout=120000', ...reporters, join(import.meta.dirname, 'contract.test.ts')],
  { stdio: 'inherit', env: { ...process.env, WHERRY_TEST_ENGINES: kinds.join() } },
);
process.exitCode = await new Promise<number>((resolve) => {
  child.on('close', (code) => resolve(code ?? 1));
});
const lines = (await readFile(file, 'utf8')).trim().split('\n');
await rm(file);
if (process.argv.includes('--write')) {
  const results = lines.map((line) => JSON.parse(line) as Result);
  await writeFile('docs/engines.md', enginesPage(results, kinds, { oldestApi, newestApi }));
}
