import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { streamingEngine } from './memory/engine.ts';
import { generatedImage } from './memory/image.ts';
import { moveImage, type Outcome } from './memory/jobs.ts';
import { startServer } from './memory/server.ts';
import { formatTable } from './memory/table.ts';

// How much memory the programs take, and how fast they are, against `aws s3 cp` of the same bytes
// in the same run where it is installed. Fails when they take too much, or more for a larger image,
// or write to the disk. A smaller image is moved again and again until as many bytes have passed as of
// the largest: a peak is the highest of many swings, and more bytes alone mean more of them.
// Usage: node test/bench/memory.ts [GB…]

const limits = {
  /** Bytes resident at the most. */
  peak: 250e6,
  /** How much larger a peak may be for a larger image. */
  growth: 1.1,
  /** The kernel also counts the inodes whose access times change when modules are read. */
  written: 1e6,
};

interface Result extends Outcome {
  gigabytes: number;
}

const { positionals } = parseArgs({ allowPositionals: true });
const sizes = positionals.length > 0 ? positionals.map(Number) : [0.5, 5];
const peer = spawnSync('aws', ['--version']).status === 0;
const results: Result[] = [];

for (const gigabytes of sizes) {
  const image = await generatedImage(gigabytes * 1e9);
  const named = { image, references: [`big:${gigabytes}GB`] };
  await using engine = await streamingEngine(named);
  const rounds = Math.round(Math.max(...sizes) / gigabytes);
  for (let round = 0; round < rounds; round++) {
    await using server = await startServer();
    for await (const outcome of moveImage({ ...named, server, engine }, peer && round === 0)) {
      const result = { ...outcome, gigabytes };
      process.stderr.write(`${rowOf(result).join('  ')}\n`);
      keep(result);
    }
    // What the server has is on the disk for certain: where it counts nothing, zero says nothing.
    if (server.written() < gigabytes * 0.5e9) throw new Error('Point TMPDIR at a disk.');
  }
}

const titles = ['', 'image', 'peak memory', 'written', 'time', 'speed', 'aws s3 cp = 1'];
process.stdout.write(`\n${formatTable([titles, ...results.map(rowOf)])}`);
const broken = results.flatMap(brokenLimits);
process.stdout.write(broken.map((line) => `BROKEN: ${line}\n`).join(''));
process.exitCode = broken.length > 0 ? 1 : 0;

/** Of several rounds, the first one's time and the worst of the rest. */
function keep(result: Result): void {
  const before = results.find(
    (other) => other.job === result.job && other.way === result.way && same(other, result),
  );
  if (!before?.usage || !result.usage) results.push(result);
  else {
    before.usage.peak = Math.max(before.usage.peak, result.usage.peak);
    before.usage.written = Math.max(before.usage.written, result.usage.written);
  }
}

function rowOf(result: Result): string[] {
  const { job, gigabytes, usage, seconds } = result;
  const equal = results.find(
    (other) => other.job === 'aws s3 cp' && other.way === result.way && same(other, result),
  );
  return [
    `${job}${usage ? '' : `, ${result.way}`}`,
    `${gigabytes} GB`,
    usage ? `${(usage.peak / 1e6).toFixed(0)} MB` : '',
    usage ? `${(usage.written / 1e3).toFixed(0)} kB` : '',
    `${seconds.toFixed(1)} s`,
    `${((gigabytes * 1e3) / seconds).toFixed(0)} MB/s`,
    equal ? (equal.seconds / seconds).toFixed(2) : '',
  ];
}

function same(a: Result, b: Result): boolean {
  return a.gigabytes === b.gigabytes;
}

function brokenLimits({ job, gigabytes, usage }: Result): string[] {
  if (!usage) return [];
  const what = `${job} of ${gigabytes} GB`;
  const smallest = results.find((other) => other.job === job)?.usage?.peak ?? usage.peak;
  return [
    usage.peak > limits.peak && `${what} takes more than ${limits.peak / 1e6} MB`,
    usage.peak > smallest * limits.growth && `${what} takes more than the smallest`,
    usage.written > limits.written && `${what} writes to the disk`,
  ].filter((line) => line !== false);
}
