/**
 * Runs the tests: `npm test [-- FILE…]`. Starts a throwaway Docker engine for them where it can, and
 * says loudly what it leaves out where it cannot. In CI nothing may be left out.
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { canStartEngine, startDockerEngine } from './engines/throwaway.ts';

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
const engine = missing ? undefined : await startDockerEngine({ name: 'test' });
try {
  process.exitCode = await runTests({ WHERRY_TEST_DOCKER_HOST: engine?.host ?? '' });
} finally {
  await engine?.stop();
}

function runTests(env: Record<string, string>): Promise<number> {
  const child = spawn(
    process.execPath,
    ['--test', '--test-concurrency=2', '--test-timeout=600000', ...files],
    { stdio: 'inherit', env: { ...process.env, ...env } },
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
}
