import { type Digest, isDigest } from '../digest.ts';

/** What the health check of a host last said; `unknown` where there is none. */
export type Health = 'healthy' | 'unhealthy' | 'unknown';

/** What an agent is at, besides looking at the tag; `waiting` for its wave. */
export type Activity = 'idle' | 'release' | 'rollback' | 'waiting';

/** Something that went wrong; the time is ISO 8601, UTC, by the host's clock. */
export interface Trouble {
  time: string;
  message: string;
}

/** A change of a tag that a host does not try again: a later one may bring the same image back. */
export interface Quarantine extends Trouble {
  digest: Digest;
  /** Of the tag's record. */
  sequence: number;
}

/** What one host says of one tag, each time it changes and every `interval` seconds. */
export interface Heartbeat {
  host: string;
  /** By the host's clock, ISO 8601, UTC. */
  time: string;
  interval: number;
  /** What the host runs, as the tag names it; undefined while it never had a release that works. */
  digest: Digest | undefined;
  /** The same, as the host's engine names it. */
  image: Digest | undefined;
  since: string | undefined;
  health: Health;
  activity: Activity;
  /** Why it waits without end, such as a failure elsewhere. */
  held: string | undefined;
  /** Versions; the engine's is undefined while it does not answer. */
  agent: string;
  engine: string | undefined;
  error: Trouble | undefined;
  quarantined: Quarantine | undefined;
}

export function encodeHeartbeat(beat: Heartbeat): Buffer {
  return Buffer.from(`${JSON.stringify({ wherry: 1, ...beat }, null, 2)}\n`);
}

/** Undefined for bytes that are no heartbeat of version 1: one broken host hides no other. */
export function decodeHeartbeat(host: string, bytes: Uint8Array): Heartbeat | undefined {
  let value: Partial<Heartbeat> & { wherry?: unknown };
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
  if (value?.wherry !== 1) return undefined;
  const { health, activity } = value;
  return {
    host,
    time: String(value.time),
    interval: Number(value.interval) || 0,
    digest: isDigest(value.digest) ? value.digest : undefined,
    image: isDigest(value.image) ? value.image : undefined,
    since: optionalText(value.since),
    health: health === 'healthy' || health === 'unhealthy' ? health : 'unknown',
    activity:
      activity === 'release' || activity === 'rollback' || activity === 'waiting'
        ? activity
        : 'idle',
    held: optionalText(value.held),
    agent: String(value.agent),
    engine: optionalText(value.engine),
    error: isTrouble(value.error) ? value.error : undefined,
    quarantined: isQuarantine(value.quarantined) ? value.quarantined : undefined,
  };
}

export function isTrouble(value: unknown): value is Trouble {
  const { time, message } = (value ?? {}) as Partial<Trouble>;
  return typeof time === 'string' && typeof message === 'string';
}

export function isQuarantine(value: unknown): value is Quarantine {
  const { digest, sequence } = (value ?? {}) as Partial<Quarantine>;
  return isTrouble(value) && isDigest(digest) && Number.isSafeInteger(sequence);
}

function optionalText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
