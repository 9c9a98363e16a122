import { formatBytes, formatSeconds } from './format.ts';

/** Milliseconds between two lines of progress, where there is no bar. */
export const lineInterval = 5_000;

/** How far a job has come, in bytes. */
export interface Progress {
  done: number;
  wire: number;
  total: number | undefined;
}

/** @param seconds since the job began */
export function describeProgress({ done, wire, total }: Progress, seconds: number): string {
  const of = total ? ` of ${formatBytes(Math.max(total, done))}` : '';
  return `${formatBytes(done)}${of}, ${formatBytes(wire)} on the wire, ${formatSeconds(seconds)}`;
}

/** What became of a layer. */
export function describeLayer({
  digest,
  size,
  reused,
}: {
  digest: string;
  size: number;
  reused: boolean;
}): string {
  return `layer ${digest} (${formatBytes(size)}) ${reused ? 'is there already' : 'is done'}`;
}
