import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { json as readJson } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { writeArchive } from '../../shared/archive/write.ts';
import { type EngineKind, engineKinds } from '../engines/kinds.ts';
import type { ThrowawayEngine } from '../engines/throwaway.ts';
import { changedBytes } from './delta/changed.ts';
import { checkWhole, loadWhole } from './delta/engine.ts';
import { changedImages, type NamedImage } from './delta/images.ts';
import { runTimed } from './memory/measured.ts';
import { type ServerProcess, startServer } from './memory/server.ts';
import { formatTable } from './memory/table.ts';

// What a pull moves, and how long it takes, when 3 MB have changed on top of an image of 1 GB that the
// engine has; beside a full `docker load` of the same image in the same run. Fails beyond its limits.
// Usage: node test/bench/delta.ts [--gigabytes 1] [ENGINE…], see test/engines/kinds.ts

const limits = {
  /** Bytes fetched: this many times those of the chunks that changed, and so many besides. */
  bytes: { times: 1.05, besides: 200_000 },
  /** Time, as a share of a full load's. */
  time: 0.05,
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { gigabytes: { type: 'string', default: '1' } },
});
const kinds = (
  positionals.length > 0 ? positionals : ['host', 'docker-sid', 'docker-sid-containerd']
) as EngineKind[];
const root = join(import.meta.dirname, '../..');
const rows: string[][] = [];
const broken: string[] = [];

const folder = await mkdtemp(join(tmpdir(), 'wherry-delta-'));
try {
  const { before, after } = await changedImages(Number(values.gigabytes) * 1e9, 3e6);
  const archive = join(folder, 'after.tar');
  await pipeline(writeArchive({ ...after.image, references: [] }), createWriteStream(archive));
  await using server = await startServer();
  for (const named of [before, after]) await push(named, server);
  const changed = await changedBytes(server.env, before.image, after.image);
  for (const kind of kinds) await measure(kind);

  async function measure(kind: EngineKind): Promise<void> {
    const full = await timeOfLoad(kind, archive);
    await using engine = await engineKinds[kind]();
    await pull(before, engine, server);
    const { seconds, json } = await pull(after, engine, server);
    await checkWhole(engine, after);
    const fetched = json.bytes.downloaded;
    rows.push([
      `${engine.version}${kind.endsWith('containerd') ? ', containerd' : ''}`,
      `${(fetched / 1e3).toFixed(0)} kB of ${(changed / 1e3).toFixed(0)} kB`,
      `${seconds.toFixed(2)} s of ${full.toFixed(1)} s`,
      `${((100 * seconds) / full).toFixed(1)} %`,
    ]);
    if (fetched > changed * limits.bytes.times + limits.bytes.besides)
      broken.push(`${kind} fetches too much`);
    if (seconds > full * limits.time) broken.push(`${kind} takes too long`);
    if (json.fellBack) broken.push(`${kind} fell back to a full load`);
  }
} finally {
  await rm(folder, { recursive: true });
}

const titles = ['engine', 'fetched, of the chunks that changed', 'time, of a full load', 'share'];
process.stdout.write(formatTable([titles, ...rows]));
process.stdout.write(broken.map((line) => `BROKEN: ${line}\n`).join(''));
process.exitCode = broken.length > 0 ? 1 : 0;

async function timeOfLoad(kind: EngineKind, archive: string): Promise<number> {
  await using engine = await engineKinds[kind]();
  return await loadWhole(engine, createReadStream(archive, { highWaterMark: 1024 * 1024 }));
}

async function push({ image, name }: NamedImage, server: ServerProcess): Promise<void> {
  const env = { ...server.env, WHERRY_STORE: 's3://images/store' };
  const input = writeArchive({ ...image, references: [name] });
  await runTimed([process.execPath, join(root, 'cli/wherry.js'), 'push', name, '--input', '-'], {
    env,
    input,
  });
}

async function pull({ name }: NamedImage, engine: ThrowawayEngine, server: ServerProcess) {
  const env = { ...server.env, WHERRY_STORE: 's3://images/store', DOCKER_HOST: engine.host };
  let json = { bytes: { downloaded: 0 }, fellBack: false };
  const output = async (stdout: Readable) => {
    json = (await readJson(stdout)) as typeof json;
  };
  const command = [process.execPath, join(root, 'dist/wherry-agent.mjs'), 'pull', name, '--json'];
  return { ...(await runTimed(command, { env, output })), json };
}
