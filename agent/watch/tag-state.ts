import { type Digest, isDigest } from '../../shared/digest.ts';
import {
  isQuarantine,
  isTrouble,
  type Quarantine,
  type Trouble,
} from '../../shared/store/heartbeat.ts';

/** What an agent knows of one tag, and what must outlive it. */
export interface TagState {
  /** The last release that worked; what a rollback goes back to. */
  current: Deployed | undefined;
  rollout: Rollout | undefined;
  quarantined: Quarantine | undefined;
  /** A change of the tag that this host does not take yet. */
  wave: Waiting | undefined;
  /** Images that this agent brought for the tag and named, the newest first. */
  kept: KeptImage[];
  /** Whether the health check was content at the end of the last rollout; undefined without one. */
  healthy: boolean | undefined;
  error: Trouble | undefined;
}

export interface KeptImage {
  /** As the tag names it. */
  digest: Digest;
  /** As the engine names it. */
  image: Digest;
}

export interface Deployed extends KeptImage {
  /** ISO 8601, UTC, by this host's clock. */
  since: string;
}

/** What has to happen next: the image brought and tagged, the command run, health awaited. */
export type Step = 'pull' | 'hook' | 'health';

/** A change from one image to another that has begun. */
export interface Rollout {
  reason: 'release' | 'rollback';
  step: Step;
  digest: Digest;
  /** Of the tag's record that it began with. */
  sequence: number;
  /** Known once it has been brought. */
  image: Digest | undefined;
  /** What ran when it began. */
  previous: Digest | undefined;
  /** The operator's command, while it runs. */
  child: ChildProcessId | undefined;
}

/** A process of this machine: numbers are used again, so it has more of an identity. */
export interface ChildProcessId {
  pid: number;
  identity: string;
}

export interface Waiting {
  /** Of the tag's record. */
  sequence: number;
  /** When it was first seen; ISO 8601, UTC, by this host's clock. */
  since: string;
  /** Why it waits until the tag moves. */
  held: string | undefined;
}

export const newTagState: TagState = {
  current: undefined,
  rollout: undefined,
  quarantined: undefined,
  wave: undefined,
  kept: [],
  healthy: undefined,
  error: undefined,
};

export function isTagState(value: unknown): value is TagState {
  const state = (value ?? {}) as Partial<TagState>;
  const absentOr = (part: unknown, check: (part: unknown) => boolean) =>
    part === undefined || check(part);
  return (
    absentOr(state.current, isKept) &&
    absentOr(state.rollout, isRollout) &&
    absentOr(state.quarantined, isQuarantine) &&
    absentOr(state.wave, isWaiting) &&
    absentOr(state.error, isTrouble) &&
    Array.isArray(state.kept) &&
    state.kept.every(isKept)
  );
}

function isKept(value: unknown): boolean {
  const { digest, image } = (value ?? {}) as Partial<KeptImage>;
  return isDigest(digest) && isDigest(image);
}

function isRollout(value: unknown): boolean {
  const { reason, step, digest, sequence, image } = (value ?? {}) as Partial<Rollout>;
  const known = step === 'pull' || isDigest(image);
  return (
    (reason === 'release' || reason === 'rollback') &&
    (step === 'pull' || step === 'hook' || step === 'health') &&
    isDigest(digest) &&
    Number.isSafeInteger(sequence) &&
    known
  );
}

function isWaiting(value: unknown): boolean {
  const { sequence, since } = (value ?? {}) as Partial<Waiting>;
  return Number.isSafeInteger(sequence) && typeof since === 'string';
}
