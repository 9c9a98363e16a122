/** Runs the benchmarks one after another, or those that are named: `npm run bench -- memory`. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const benchmarks: Record<string, string[]> = {
  chunk: ['chunk.ts'],
  reuse: ['reuse.ts', 'node_modules/@aws-sdk'],
  startup: ['startup.ts'],
  promote: ['promote.ts'],
  delta: ['delta.ts'],
  memory: ['memory.ts'],
  serve: ['serve.ts'],
  agent: ['agent.ts'],
};
const named = process.argv.slice(2);
for (const name of named.length > 0 ? named : Object.keys(benchmarks)) {
  const [file = '', ...args] = benchmarks[name] ?? [];
  if (file === '') {
    process.stderr.write(
      `There is no benchmark ${name}, only ${Object.keys(benchmarks).join(', ')}.\n`,
    );
    process.exit(2);
  }
  process.stdout.write(`\n== ${name}\n`);
  const command = [join(import.meta.dirname, file), ...args];
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
