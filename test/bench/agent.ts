import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { architectures } from '../../build/agent/base-node.ts';
import { buildAgent } from '../../build/agent/build.ts';
import { version } from '../../shared/version.ts';
import { fakeEngine } from '../engines/fake-engine.ts';
import { startS3Server } from '../s3/server.ts';
import { buildImage } from '../support/image/build.ts';
import { bytesOf } from '../support/image/bytes.ts';
import { writeLayout } from '../support/image/layouts.ts';
import { accessKeyId, awsEnvironment, secretAccessKey } from '../support/s3.ts';
import { pushArchive } from '../support/store.ts';
import { runTimed } from './memory/measured.ts';
import { formatTable } from './memory/table.ts';

// What the agent as one file costs: bytes on the wire, the time to unpack it and of its start, and what
// it has in memory while it watches a tag, in a hurry. Fails beyond the limits.
// Usage: node test/bench/agent.ts [FOLDER that npm run build:agent wrote]

const limits = { wire: 40e6, idle: 90e6 };
const rounds = 25;

const temporary = await mkdtemp(join(tmpdir(), 'wherry-agent-'));
try {
  const folder = process.argv[2] ?? temporary;
  if (folder === temporary) await buildAgent(folder);
  const name = join(folder, `wherry-agent-${version}`);
  // Unpacked as a machine does it: of a file that is written in one piece Linux maps larger pieces at
  // once, which then count as resident.
  const own = join(temporary, 'wherry-agent');
  const unpacking = [
    '-c',
    `xz -dc "$0" > "$1"; chmod 755 "$1"`,
    `${name}-linux-${process.arch}.xz`,
    own,
  ];
  const unpack = await median(() => runTimed(['sh', ...unpacking], { env: {} }), 3);

  const wire = await Promise.all(
    architectures.map(async (architecture) => {
      const plain = `${name}-linux-${architecture}`;
      return [architecture, (await stat(`${plain}.xz`)).size, (await stat(plain)).size] as const;
    }),
  );
  const rows = wire.map(([, packed, plain]) => [megabytes(packed), megabytes(plain)]);
  const table = rows.map((row, index) => [wire[index]?.[0] ?? '', ...row]);
  process.stdout.write(`${formatTable([['', 'on the wire', 'unpacked'], ...table])}\n`);

  const forms = { executable: [own], module: [process.execPath, `${name}.mjs`] };
  for (const [form, command] of Object.entries(forms)) {
    const start = await median(() => runTimed([...command, '--version'], { env: {} }));
    const idle = await idleMemory(command);
    process.stdout.write(
      `${form}: --version in ${(start * 1000).toFixed(0)} ms, ${megabytes(idle)} when idle\n`,
    );
    if (idle > limits.idle) broken(`the ${form} takes more than ${megabytes(limits.idle)}`);
  }
  process.stdout.write(`unpacked in ${unpack.toFixed(1)} s\n`);
  for (const [architecture, packed] of wire) {
    if (packed > limits.wire) broken(`${architecture} is more than ${megabytes(limits.wire)}`);
  }
} finally {
  await rm(temporary, { recursive: true });
}

/** Bytes resident at the most while it watches a tag that does not move, for a minute, each second. */
async function idleMemory([command = '', ...args]: string[]): Promise<number> {
  const server = await startS3Server({
    folder: await mkdtemp(join(temporary, 's3-')),
    credentials: [{ accessKeyId, secretAccessKey }],
    buckets: ['images'],
  });
  const image = await buildImage({ layers: [[{ name: 'file', content: 'a layer' }]] });
  const description = { Id: image.id, RepoTags: ['app:1'], RootFS: { Layers: image.diffIds } };
  await using engine = await fakeEngine((request, response) => {
    const path = request.url ?? '';
    if (path.includes('/containers/') || path.includes('/images/json')) response.end('[]');
    else response.end(JSON.stringify(path.includes('/images/') ? description : {}));
  });
  const env = { ...awsEnvironment(server.url), DOCKER_HOST: engine.host };
  Object.assign(process.env, env);
  const archive = await bytesOf(await writeLayout({ image, references: ['app:1'] }, 'oci'));
  await pushArchive('s3://images/store', 'app:1', archive);
  server.requests.reset();
  const state = await mkdtemp(join(temporary, 'state-'));
  const watch = ['watch', 'app:1', '--interval', '1s', '--state', join(state, 'state.json')];
  const unit = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '262144' };
  const child = spawn(command, [...args, ...watch, '--store', 's3://images/store'], {
    env: { ...env, ...unit, HOME: '/nonexistent' },
    stdio: 'ignore',
  });
  const exit = once(child, 'exit');
  let most = 0;
  for (let seconds = 0; seconds < 60; seconds++) {
    await sleep(1000);
    most = Math.max(most, await residentOf(child.pid));
  }
  const looks = server.requests.count({ operation: 'GetObject', key: 'store/tags/app:1' });
  child.kill('SIGTERM');
  await exit;
  await server.close();
  if (looks < 20) throw new Error(`It looked ${looks} times.`);
  return most;
}

async function residentOf(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}

/** Seconds, the one in the middle of several rounds. */
async function median(run: () => Promise<{ seconds: number }>, times = rounds): Promise<number> {
  const seconds: number[] = [];
  for (let round = 0; round < times; round++) seconds.push((await run()).seconds);
  return seconds.sort((a, b) => a - b)[times >> 1] ?? 0;
}

function broken(what: string): void {
  process.stdout.write(`BROKEN: ${what}\n`);
  process.exitCode = 1;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
