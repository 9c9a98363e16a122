import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../../build/bundle.ts';
import { writeArchive } from '../../shared/archive/write.ts';
import { buildImage } from '../support/image/build.ts';
import { milliseconds, timeByTurns, timeNode } from './by-turns.ts';
import { startServer } from './memory/server.ts';
import { formatTable } from './memory/table.ts';

// How long it takes to promote a tag within a store on S3, beside `--version` of the same program, by
// turns: as it is published, in one bundle, and as it runs from a checkout. Each promotion moves the tag.
// Usage: node test/bench/promote.ts [ROUNDS]

const rounds = Number(process.argv[2] ?? 16);
const root = join(import.meta.dirname, '../..');
const folder = await mkdtemp(join(tmpdir(), 'wherry-promote-'));
try {
  await bundle(folder);
  await using server = await startServer();
  const env = { ...server.env, WHERRY_STORE: 's3://images/store' };
  const checkout = join(root, 'cli/wherry.js');
  for (const tag of ['app:0', 'app:1']) {
    const image = await buildImage({ layers: [[{ name: 'file', content: tag }]] });
    const push = [checkout, 'push', tag, '--input', '-'];
    await timeNode(push, env, writeArchive({ ...image, references: [tag] }));
  }
  const rows = [];
  for (const [form, script] of [
    ['bundle', join(folder, 'wherry.mjs')],
    ['checkout', checkout],
  ] as const) {
    const { version, promote } = await timeByTurns(rounds, env, {
      version: () => [script, '--version'],
      promote: (round) => [script, 'promote', `app:${round % 2}`, 'app:production', '--yes'],
    });
    const beyond = milliseconds(promote - version);
    rows.push([
      form,
      milliseconds(version),
      milliseconds(promote),
      beyond,
      (promote / version).toFixed(1),
    ]);
  }
  const titles = ['', '--version', 'promote', 'beyond --version', 'promote / --version'];
  process.stdout.write(formatTable([titles, ...rows]));
} finally {
  await rm(folder, { recursive: true });
}
