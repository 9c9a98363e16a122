import type { ChildProcess } from 'node:child_process';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { writeArchive } from '../../shared/archive/write.ts';
import type { Digest } from '../../shared/digest.ts';
import { generatedImage } from './memory/image.ts';
import { runMeasured } from './memory/measured.ts';
import { startServer } from './memory/server.ts';
import { formatTable } from './memory/table.ts';

// How much memory the registry takes for how many slow clients, of which each reads a layer from it
// over S3. Fails when it takes too much. Usage: node test/bench/serve.ts [CLIENTS…]

/** Bytes resident at the most. */
const limit = 250e6;
const { positionals } = parseArgs({ allowPositionals: true });
const counts = positionals.length > 0 ? positionals.map(Number) : [1, 50, 150];

const image = await generatedImage(100e6);
await using server = await startServer();
const env = { ...server.env, WHERRY_STORE: 's3://images/store' };
const input = writeArchive({ ...image, references: ['big:1'] });
await runMeasured('wherry', ['push', 'big:1', '--input', '-'], { env, input });

const rows: string[][] = [];
for (const clients of counts) {
  let bytes = 0;
  const readAll = async (address: string) => {
    const reads = Array.from({ length: clients }, async (_, index) => {
      const { digest } = image.layers[index % image.layers.length] as { digest: Digest };
      const read = await readSlowly(`http://${address}/v2/big/blobs/${digest}`);
      bytes += read;
    });
    await Promise.all(reads);
  };
  const started = (child: ChildProcess) => void whenServing(child, readAll);
  const serve = ['serve', '--listen', '127.0.0.1:0'];
  const { peak, seconds } = await runMeasured('wherry-agent', serve, { env, started });
  rows.push([
    `${clients}`,
    `${(bytes / 1e6).toFixed(0)} MB`,
    `${(peak / 1e6).toFixed(0)} MB`,
    `${seconds.toFixed(1)} s`,
  ]);
  if (peak > limit) process.exitCode = 1;
}
process.stdout.write(`${formatTable([['clients', 'sent', 'peak memory', 'time'], ...rows])}`);

/** Ends the program when the work is done, or has failed. */
async function whenServing(
  child: ChildProcess,
  work: (address: string) => Promise<void>,
): Promise<void> {
  let said = '';
  const address = await new Promise<string>((resolve) => {
    child.stderr?.on('data', (piece) => {
      said += piece;
      const found = /^Serving .* at (\S+)\.$/m.exec(said)?.[1];
      if (found) resolve(found);
    });
  });
  await work(address).finally(() => child.kill());
}

async function readSlowly(url: string): Promise<number> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { agent: false }, resolve).on('error', reject);
  });
  let bytes = 0;
  for await (const piece of response) {
    bytes += piece.length;
    await sleep(1);
  }
  if (bytes === Number(response.headers['content-length'])) return bytes;
  throw new Error(`${url} came to ${bytes} bytes`);
}
