import type { CommandContext } from '../../shared/command/spec.ts';
import type { Environment } from '../../shared/environment.ts';
import { throwIfAborted, WherryError } from '../../shared/error.ts';
import type { LogEntry } from '../../shared/events.ts';
import type { Clock } from './clock.ts';
import { type HealthResult, waitForHealth } from './health.ts';
import { hookEnvironment } from './hook-environment.ts';
import type { Images } from './images.ts';
import { endLeftover, runShell } from './shell.ts';
import type { Deployed, KeptImage, Rollout, TagState } from './tag-state.ts';

/** What a rollout of one tag works with. */
export interface RolloutParts {
  /** Such as `api:production`. */
  reference: string;
  images: Images;
  get(): TagState;
  /** On disk before it counts. */
  update(change: Partial<TagState>): Promise<void>;
  hook: { command: string; timeout: number } | undefined;
  health: { look(image: Deployed['image']): Promise<HealthResult>; timeout: number } | undefined;
  keep: number;
  env: Environment;
  kill: CommandContext['kill'];
  clock: Clock;
  log(level: LogEntry['level'], event: string, fields?: LogEntry['fields']): void;
  /** Says that work goes on, and how many milliseconds it may now be silent. */
  alive(milliseconds: number): void;
  signal: AbortSignal;
}

/** Milliseconds beyond a limit of its own that a step may take before it counts as stuck. */
const leeway = 60_000;

/**
 * Takes the rollout that the state holds to its end, from whatever step an earlier run came to: each
 * step is in the state before it begins, and may be done again. A release that fails becomes the
 * rollback to what ran before, in one write with its quarantine.
 *
 * @throws WherryError when a step cannot be done now; INTERRUPTED when the signal fires
 */
export async function advance(parts: RolloutParts): Promise<void> {
  for (;;) {
    throwIfAborted(parts.signal);
    const { rollout } = parts.get();
    if (!rollout) return;
    if (rollout.step === 'pull') await bring(rollout, parts);
    else if (rollout.step === 'hook') await runHook(rollout, parts);
    else await awaitHealth(rollout, parts);
  }
}

async function bring(rollout: Rollout, parts: RolloutParts): Promise<void> {
  const { images, log } = parts;
  const { digest, reason } = rollout;
  const { current, kept } = parts.get();
  log('info', 'pulling', { digest, reason });
  const known = kept.find((image) => image.digest === digest);
  const { image, downloaded } =
    reason === 'rollback' && known ? await images.bringBack(known) : await images.bring(digest);
  log('info', 'pulled', { digest, id: image, bytes: downloaded });
  const others = kept.filter((one) => one.digest !== digest);
  // Another platform joined the tag: what this host runs is the same image as before.
  const same = current?.image === image && rollout.previous === current.digest;
  const step = same && current.digest !== digest ? 'health' : 'hook';
  const next = { ...rollout, image, step } as const;
  await parts.update({ rollout: next, kept: [{ digest, image }, ...others] });
}

async function runHook(rollout: Rollout, parts: RolloutParts): Promise<void> {
  const { hook, kill, log, env, alive } = parts;
  if (rollout.child && (await endLeftover(rollout.child, kill))) log('warning', 'ended-leftover');
  if (hook) {
    log('info', 'hook', { digest: rollout.digest, reason: rollout.reason, command: hook.command });
    alive(hook.timeout + leeway);
    const began = parts.clock.now();
    const failed = await runShell({
      ...hook,
      kill,
      env: { ...env, ...hookEnvironment(parts.reference, rollout) },
      onLine: (line) => log('info', 'hook-output', { text: line }),
      onStart: (child) => parts.update({ rollout: { ...rollout, child } }),
    });
    const seconds = Math.round(parts.clock.now() - began) / 1000;
    log(failed ? 'error' : 'info', 'hook-ended', { error: failed, seconds });
    if (failed) return fail(rollout, `The command failed: ${failed}.`, parts);
  }
  await parts.update({ rollout: { ...rollout, step: 'health', child: undefined } });
}

async function awaitHealth(rollout: Rollout, parts: RolloutParts): Promise<void> {
  const { health, clock, signal, log, alive } = parts;
  const { digest, image } = rollout;
  if (!image) throw new Error('a rollout that awaits health has an image');
  let healthy: boolean | undefined;
  if (health) {
    alive(health.timeout + leeway);
    const result = await waitForHealth(() => health.look(image), health.timeout, clock, signal);
    throwIfAborted(signal);
    healthy = result.healthy;
    const why = result.why ?? '';
    log(healthy ? 'info' : 'error', healthy ? 'healthy' : 'unhealthy', { digest, why });
    if (!healthy) return fail(rollout, `It is not healthy: ${why}.`, parts);
  }
  await finish(rollout, { digest, image }, healthy, parts);
}

async function finish(
  { reason }: Rollout,
  image: KeptImage,
  healthy: boolean | undefined,
  parts: RolloutParts,
): Promise<void> {
  const current = { ...image, since: parts.clock.wall().toISOString() };
  const { error, quarantined } = parts.get();
  const settled = { current, healthy, rollout: undefined, wave: undefined };
  const kept = reason === 'rollback' ? { error, quarantined } : { error: undefined };
  await parts.update({ ...settled, ...kept });
  parts.log('info', reason === 'rollback' ? 'rolled-back' : 'released', { digest: image.digest });
  await parts.update({ kept: await parts.images.prune(parts.get(), parts.keep) });
}

/** What comes of a command or a health check that failed. */
async function fail(rollout: Rollout, message: string, parts: RolloutParts): Promise<void> {
  const { current, quarantined: before } = parts.get();
  const error = { time: parts.clock.wall().toISOString(), message };
  const { digest, sequence, image } = rollout;
  if (rollout.reason === 'rollback') return failRollback(rollout, message, parts);
  // Bringing back what ran before, while the tag's own image is not to be tried, changes nothing in that.
  const known = before?.sequence === sequence ? before : undefined;
  const quarantined = known ?? { digest, sequence, ...error };
  const back = current && current.digest !== digest ? current : undefined;
  parts.log('error', 'failed', { digest, error: message, back: back?.digest ?? 'none' });
  const rollback = back && {
    reason: 'rollback' as const,
    step: 'pull' as const,
    digest: back.digest,
    sequence,
    image: undefined,
    previous: digest,
    child: undefined,
  };
  const healthy = back ? undefined : false;
  await parts.update({ rollout: rollback, quarantined, error, healthy, wave: undefined });
  if (!rollback) parts.log('error', 'no-way-back', { digest, id: image });
}

/**
 * The command is tried again until it works, for the service may be down; health alone is not worth
 * another restart, for what is amiss is likely to be elsewhere.
 */
async function failRollback(rollout: Rollout, message: string, parts: RolloutParts): Promise<void> {
  const { digest, image, step } = rollout;
  parts.log('error', 'rollback-failed', { digest, error: message });
  const { error } = parts.get();
  const told = error && { ...error, message: `${error.message} Going back: ${message}` };
  if (step === 'health' && image) {
    await parts.update({ error: told });
    return finish(rollout, { digest, image }, false, parts);
  }
  throw new WherryError('FAILED', `Going back to ${digest}: ${message}`, {
    side: 'local',
    hint: 'See what the command says; it is tried again.',
  });
}
