/**
 * Runs the tests: `npm test [-- FILE…]`. Says loudly what it leaves out where no Docker engine can be
 * started. In CI nothing may be left out.
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { canStartEngine } from './engines/requirements.ts';

const patterns = ['unit', 'property', 'contract', 's3', 'engines', 'network', 'e2e'].map(
  (folder) => `test/${folder}/**/*.test.ts`,
);
const named = process.argv.slice(2);
const files = named.length > 0 ? named : globSync(patterns).sort();

const missing = await canStartEngine();
if (missing) {
  const line = '='.repeat(78);
  process.stderr.write(`${line}\nLEFT OUT: every test with a Docker engine, for ${missing}.\n`);
  process.stderr.write(`./test/run installs what is missing.\n${line}\n`);
  if (process.env.CI) process.exit(1);
}
const child = spawn(
  process.execPath,
  ['--test', '--test-concurrency=2', '--test-timeout=600000', ...files],
  { stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('close', (code) => {
  process.exitCode = code ?? 1;
});
