import type { Digest } from '../../shared/digest.ts';
import type { HostReport } from '../../shared/store/fleet.ts';
import type { Heartbeat } from '../../shared/store/heartbeat.ts';
import type { TagRecord } from '../../shared/store/tag.ts';

/**
 * How a host is doing by the tag it follows: `current` runs what the tag points to; `failed` went
 * back from it; `unhealthy` runs it, and its health check is not content; `held` waits for the tag to
 * move, for it failed elsewhere; `behind` has yet to take it; `silent` has missed three heartbeats, so
 * that nobody knows, and it may be gone.
 */
export type Standing = 'current' | 'behind' | 'held' | 'failed' | 'unhealthy' | 'silent';

export interface JudgedHost extends Heartbeat {
  reference: string;
  standing: Standing;
  /** What the tag points to; undefined when it is gone. */
  wanted: Digest | undefined;
  /** When the heartbeat came, by the bucket's clock; ISO 8601, UTC. */
  seen: string;
}

/** Heartbeats that a host may miss. */
const missed = 3;

/** Milliseconds for clocks that differ, and for requests under way. */
const leeway = 15_000;

export function judge(
  { reference, seen, beat }: HostReport,
  record: TagRecord | undefined,
  now: number,
): JudgedHost {
  const silent = now - seen.getTime() > missed * beat.interval * 1000 + leeway;
  const standing = silent ? 'silent' : standingOf(beat, record);
  return { ...beat, reference, standing, wanted: record?.digest, seen: seen.toISOString() };
}

function standingOf(
  { quarantined, digest, health, held }: Heartbeat,
  record: TagRecord | undefined,
): Standing {
  const current = digest === record?.digest;
  if (quarantined?.digest === record?.digest && quarantined?.sequence === record?.sequence) {
    return 'failed';
  }
  if (current) return health === 'unhealthy' ? 'unhealthy' : 'current';
  return held === undefined ? 'behind' : 'held';
}

/** Whether every host that can be asked runs what its tag points to, and there is one. */
export function isDeployed(hosts: JudgedHost[]): boolean {
  const heard = hosts.filter(({ standing }) => standing !== 'silent');
  return heard.length > 0 && heard.every(({ standing }) => standing === 'current');
}

/** Whether waiting can help: a host that failed or is held stays so until the tag moves. */
export function mayStillDeploy(hosts: JudgedHost[]): boolean {
  return !hosts.some(({ standing }) => standing === 'failed' || standing === 'held');
}
