import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../../build/bundle.ts';
import { writeArchive } from '../../shared/archive/write.ts';
import { buildImage } from '../support/image/build.ts';
import { milliseconds, timeByTurns, timeNode } from './by-turns.ts';
import { streamingEngine } from './memory/engine.ts';
import { startServer } from './memory/server.ts';
import { formatTable } from './memory/table.ts';

// How long a pull takes of an image that the engine has already, beside `--version` of the same
// program, by turns: as it is published, in one bundle, and as it runs from a checkout.
// Usage: node test/bench/startup.ts [ROUNDS]

const rounds = Number(process.argv[2] ?? 15);
const root = join(import.meta.dirname, '../..');
const references = ['app:1'];
const image = await buildImage({ layers: [[{ name: 'file', content: 'a layer' }]] });
const folder = await mkdtemp(join(tmpdir(), 'wherry-startup-'));
try {
  await bundle(folder);
  await using server = await startServer();
  await using engine = await streamingEngine({ image, references });
  const env = { ...server.env, DOCKER_HOST: engine.host, WHERRY_STORE: 's3://images/store' };
  const push = [join(root, 'cli/wherry.js'), 'push', 'app:1', '--input', '-'];
  await timeNode(push, env, writeArchive({ ...image, references }));

  const rows = [];
  for (const [form, script] of [
    ['bundle', join(folder, 'wherry-agent.mjs')],
    ['checkout', join(root, 'agent/wherry-agent.js')],
  ] as const) {
    const { nothing, version, pull } = await timeByTurns(rounds, env, {
      nothing: () => ['--eval', '0'],
      version: () => [script, '--version'],
      pull: () => [script, 'pull', 'app:1'],
    });
    rows.push([form, ...[nothing, version, pull].map(milliseconds), (pull / version).toFixed(1)]);
  }
  const titles = ['', 'node alone', '--version', 'pull', 'pull / --version'];
  process.stdout.write(formatTable([titles, ...rows]));
} finally {
  await rm(folder, { recursive: true });
}
