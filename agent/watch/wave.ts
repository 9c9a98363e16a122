import { createHash } from 'node:crypto';
import { usageError } from '../../shared/command/options.ts';
import { parseDuration } from '../../shared/duration.ts';
import type { HostReport } from '../../shared/store/fleet.ts';
import type { TagRecord } from '../../shared/store/tag.ts';

/** What `--wave` says: the share of hosts that go first, and how long the others wait. */
export interface Wave {
  /** From 0 to 1. */
  share: number;
  /** Milliseconds. */
  delay: number;
}

const defaultDelay = 30 * 60_000;

/** @throws WherryError USAGE for a text other than `10%` or `10%:30m` */
export function parseWave(text: string): Wave {
  const [, percent, delay] = /^(\d+(?:\.\d+)?)%(?::(.+))?$/.exec(text) ?? [];
  const share = Number(percent) / 100;
  if (share >= 0 && share <= 1) {
    return { share, delay: delay === undefined ? defaultDelay : parseDuration(delay) };
  }
  throw usageError(`"${text}" is no wave.`, 'Write it as 10%:30m, the share and the delay.');
}

/** Whether a host is among the share that goes first: always the same ones, others for other tags. */
export function goesFirst({ share }: Wave, host: string, reference: string): boolean {
  const hash = createHash('sha256').update(`${host}\n${reference}`).digest();
  return hash.readUInt32BE(0) / 2 ** 32 < share;
}

/** Hosts that had to go back from this change of the tag. */
export function failedHosts(reports: HostReport[], record: TagRecord): HostReport[] {
  return reports.filter(
    ({ beat: { quarantined } }) =>
      quarantined?.digest === record.digest && quarantined.sequence === record.sequence,
  );
}
