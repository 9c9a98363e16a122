import type { Outcome } from '../../shared/command/spec.ts';
import { shortDigest } from '../../shared/digest.ts';
import { formatAge, formatTable } from '../../shared/report/format.ts';
import type { States } from './state-file.ts';
import type { TagState } from './tag-state.ts';

/** What an agent's state says, for `status` and `watch --once`. */
export function describeStates(states: States, now = Date.now()): Outcome {
  const rows = Object.entries(states).map(([reference, state]) => [
    reference,
    state.current ? shortDigest(state.current.digest) : '-',
    state.current ? formatAge(state.current.since, now) : '-',
    whatItIsAt(state),
    state.error ? state.error.message : '',
  ]);
  const json = Object.entries(states).map(([reference, { current, ...state }]) => ({
    reference,
    digest: current?.digest,
    image: current?.image,
    since: current?.since,
    healthy: state.healthy,
    rollout: state.rollout,
    waiting: state.wave,
    quarantined: state.quarantined,
    error: state.error,
    kept: state.kept,
  }));
  return {
    json: { images: json },
    text: formatTable([['TAG', 'DIGEST', 'RUNS SINCE', 'NOW', 'LAST ERROR'], ...rows]),
    quiet: rows.map(([reference, digest]) => `${reference} ${digest}`).join('\n'),
  };
}

function whatItIsAt({ rollout, wave, quarantined, healthy, current }: TagState): string {
  if (rollout) return `${rollout.reason} of ${shortDigest(rollout.digest)}: ${rollout.step}`;
  if (wave) return wave.held ? 'held' : 'waiting for its wave';
  if (quarantined) return `${shortDigest(quarantined.digest)} failed`;
  if (healthy !== undefined) return healthy ? 'healthy' : 'unhealthy';
  return current ? 'running' : 'waiting for the tag';
}
