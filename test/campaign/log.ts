import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { LoggedRequest } from '../s3/server.ts';
import { commandLine } from './command-line.ts';
import type { Outcome } from './operation.ts';
import type { Batch } from './plan.ts';
import type { Setting } from './setting.ts';

/**
 * Keeps what it takes to understand a batch: `N.log` for each operation, and `N.requests` of all of
 * them for the first.
 */
export async function writeLogs(
  { phase, operations }: Batch,
  outcomes: Outcome[],
  setting: Setting,
): Promise<void> {
  const { folder, server } = setting;
  for (const { operation, stderr, archive, ...rest } of outcomes) {
    const facts = inspect({ kill: operation.kill, phase, ...rest }, { depth: 8 });
    const text = [commandLine(operation, setting).join(' '), facts, stderr].join('\n');
    await writeFile(join(folder, `${operation.number}.log`), text);
  }
  const lines = server.requests.select().map((request) => `${requestLine(request)}\n`);
  await writeFile(join(folder, `${operations[0]?.number}.requests`), lines);
}

function requestLine(request: LoggedRequest): string {
  const { time, operation, key, status, code, bytesIn, bytesOut, duration = 0 } = request;
  const bytes = `in ${bytesIn}, out ${bytesOut}`;
  const clock = new Date(time).toISOString().slice(11, 23);
  return `${clock} ${operation} ${key} ${status} ${code} ${bytes} ${duration.toFixed(0)} ms`;
}
