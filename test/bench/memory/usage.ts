/**
 * Preloaded into a program that is measured: says on file descriptor 3, when it exits, what the
 * kernel counted. VmHWM, for getrusage's maxRSS has the parent's memory from before exec in it.
 */
import { readFileSync, writeSync } from 'node:fs';

export interface Usage {
  /** The most bytes of memory that were resident at once. */
  peak: number;
  /** Bytes that files grew by, or had overwritten, on a disk. */
  written: number;
}

process.once('exit', () => {
  const usage: Usage = {
    peak: counter('/proc/self/status', 'VmHWM') * 1024,
    written: counter('/proc/self/io', 'write_bytes'),
  };
  writeSync(3, JSON.stringify(usage));
});

function counter(file: string, name: string): number {
  const found = new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(readFileSync(file, 'utf8'));
  if (!found) throw new Error(`${file} has no ${name}`);
  return Number(found[1]);
}
