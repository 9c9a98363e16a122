import type { Digest } from '../../shared/digest.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import type { Activity, Health, Heartbeat, Trouble } from '../../shared/store/heartbeat.ts';
import type { Clock } from './clock.ts';
import type { HealthResult } from './health.ts';
import type { TagState } from './tag-state.ts';

/** What a host is at with one tag. */
interface Situation {
  state: TagState;
  activity: Activity;
  trouble: Trouble | undefined;
}

interface HeartbeatParts {
  host: string;
  version: string;
  /** Milliseconds until the next one, at most. */
  interval: number;
  engine: Engine;
  look: ((image: Digest) => Promise<HealthResult>) | undefined;
  clock: Clock;
}

/** What there is to say now. Asks the engine, and the health check where nothing is being changed. */
export async function createHeartbeat(
  { state, activity, trouble }: Situation,
  { host, version, interval, engine, look, clock }: HeartbeatParts,
): Promise<Heartbeat> {
  const { current, quarantined, rollout, wave, healthy } = state;
  const info = await engine.info().catch(() => undefined);
  const seen =
    look && current && !rollout ? await look(current.image) : { healthy, why: undefined };
  const time = clock.wall().toISOString();
  const unwell = seen.why === undefined ? undefined : { time, message: `Unhealthy: ${seen.why}.` };
  return {
    host,
    time,
    interval: Math.ceil(interval / 1000),
    digest: current?.digest,
    image: current?.image,
    since: current?.since,
    health: healthOf(seen.healthy),
    activity,
    held: wave?.held,
    agent: version,
    engine: info?.version,
    error: trouble ?? unwell ?? state.error,
    quarantined,
  };
}

function healthOf(healthy: boolean | undefined): Health {
  return healthy === undefined ? 'unknown' : healthy ? 'healthy' : 'unhealthy';
}
