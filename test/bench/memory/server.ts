import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { accessKeyId, awsEnvironment, secretAccessKey } from '../../support/s3.ts';

export interface ServerProcess extends AsyncDisposable {
  /** What a program needs to reach it. */
  env: Record<string, string>;
  /** Bytes it wrote to disk so far, by the same counter as the programs'. */
  written(): number;
}

const main = join(import.meta.dirname, '../../s3/main.ts');

/** The test S3 server in a process of its own, with the bucket `images` in a folder of its own. */
export async function startServer(): Promise<ServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'wherry-memory-'));
  const child = spawn(
    process.execPath,
    [main, '--folder', folder, '--bucket', 'images']
      .concat('--access-key', accessKeyId)
      .concat('--secret-key', secretAccessKey),
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const { url } = JSON.parse(await firstLine(child)) as { url: string };
  return {
    env: awsEnvironment(url),
    written: () =>
      Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${child.pid}/io`, 'utf8'))?.[1]),
    async [Symbol.asyncDispose]() {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  const [line] = (await once(stdout as Readable, 'data')) as [Buffer];
  return line.toString();
}
