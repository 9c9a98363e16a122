import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../../build/bundle.ts';
import { writeArchive } from '../../shared/archive/write.ts';
import { buildImage } from '../support/image/build.ts';
import { milliseconds, timeByTurns, timeNode } from './by-turns.ts';
import { startServer } from './memory/server.ts';
import { formatTable } from './memory/table.ts';

// How long it takes to promote a tag within a store on S3 and to roll it back, beside `--version` of the same program, by
// turns: as it is published, in one bundle, and as it runs from a checkout. Each of them moves the tag.
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
  await timeNode([checkout, 'promote', 'app:0', 'app:production', '--yes'], env);
  const rows = [];
  for (const [form, script] of [
    ['bundle', join(folder, 'wherry.mjs')],
    ['checkout', checkout],
  ] as const) {
    const { version, promote, rollback } = await timeByTurns(rounds, env, {
      version: () => [script, '--version'],
      promote: () => [script, 'promote', 'app:1', 'app:production', '--yes'],
      rollback: () => [script, 'rollback', 'app:production', '--to', '1', '--yes'],
    });
    for (const [command, time] of Object.entries({ promote, rollback })) {
      const beyond = milliseconds(time - version);
      const ratio = (time / version).toFixed(1);
      rows.push([`${command}, ${form}`, milliseconds(version), milliseconds(time), beyond, ratio]);
    }
  }
  const titles = ['', '--version', 'itself', 'beyond --version', 'ratio'];
  process.stdout.write(formatTable([titles, ...rows]));
} finally {
  await rm(folder, { recursive: true });
}
