import type { Bucket } from '../../shared/bucket/bucket.ts';
import { openBucket, parseLocation } from '../../shared/bucket/open.ts';
import { bucketSettings, loadTarget } from '../../shared/command/open.ts';
import { textOption, usageError } from '../../shared/command/options.ts';
import type { CommandContext } from '../../shared/command/spec.ts';
import { formatReference } from '../../shared/image/reference.ts';
import { openStore } from '../../shared/store/store.ts';
import type { LoadTarget } from '../../shared/transfer/turn.ts';
import { type Clock, systemClock } from './clock.ts';
import { Follower } from './follower.ts';
import { checkHealth } from './health.ts';
import { Heart } from './heart.ts';
import { createHeartbeat } from './heartbeat.ts';
import { withoutOwn } from './hook-environment.ts';
import { Images } from './images.ts';
import { Lifeline } from './lifeline.ts';
import { createLog, type Log, reportTo } from './log.ts';
import { openNotifier } from './notify.ts';
import { ownState } from './own-state.ts';
import type { TagSettings, WatchSettings } from './settings.ts';
import type { StateFile } from './state-file.ts';
import type { TagState } from './tag-state.ts';

/** Milliseconds that a pull may tell nothing before it counts as stuck: an engine may take its time. */
const longestSilence = 30 * 60_000;

/** What the tags of one agent share. */
export interface WatchParts {
  bucket: Bucket;
  target: LoadTarget;
  state: StateFile;
  clock: Clock;
  lifeline: Lifeline;
  settings: Pick<WatchSettings, 'host' | 'heartbeat'>;
  context: Pick<CommandContext, 'env' | 'kill' | 'report' | 'signal' | 'version'>;
}

/** One tag that is watched. */
export interface Watched {
  reference: string;
  follower: Follower;
  heart: Heart;
  state(): TagState;
}

export interface Watch {
  watched: Watched[];
  /** Until the signal of the context fires. */
  run(): Promise<void>;
  release(): void;
}

/**
 * Opens what the settings name. Whatever is amiss in the settings themselves shows here; what the
 * bucket and the engine are up to shows later, and passes.
 *
 * @throws WherryError USAGE, CONFLICT while another agent has the state, ACCESS_DENIED to it
 */
export async function openWatch(settings: WatchSettings, context: CommandContext): Promise<Watch> {
  const url = textOption(settings.options, 'store');
  if (!url) throw usageError('No store is given.', 'Pass --store URL, or set WHERRY_STORE.');
  const log = createLog(context.report);
  const report = reportTo(log);
  const options = bucketSettings(settings.options, { ...context, report });
  const bucket = await openBucket(parseLocation(url), options);
  const target = await loadTarget(context);
  const clock = systemClock;
  const lifeline = new Lifeline(clock);
  const { state, release } = await ownState(settings.state, log);
  const parts = { bucket, target, state, clock, lifeline, settings, context };
  const watched = settings.tags.map((tag) => watchTag(tag, parts));
  return { watched, release, run: () => runAll(watched, parts, log) };
}

export function watchTag(
  { tag, interval, hook, health, keep, wave }: TagSettings,
  { bucket, target, state, clock, lifeline, settings, context }: WatchParts,
): Watched {
  const reference = formatReference(tag);
  const { signal, kill, version } = context;
  const log = createLog(context.report, { image: reference });
  const env = withoutOwn(context.env);
  const alive = (milliseconds: number) => lifeline.expect(reference, milliseconds);
  const report = reportTo(log, () => alive(longestSilence));
  const store = openStore(bucket, report);
  const images = new Images(tag, { bucket, target, report, signal });
  const look = health && {
    timeout: health.timeout,
    look: (image: Parameters<typeof checkHealth>[1]) =>
      checkHealth(health.spec, image, { engine: target.engine, env, kill }, signal),
  };
  const get = () => state.get(reference);
  const { host, heartbeat: beatInterval } = settings;
  const write = async () => {
    const beat = await createHeartbeat(
      { state: get(), activity: follower.activity, trouble: follower.trouble },
      { host, version, interval: beatInterval, engine: target.engine, look: look?.look, clock },
    );
    await store.putHeartbeat(tag, beat, { signal });
  };
  const heart = new Heart({ write, interval: beatInterval, clock, log });
  const follower = new Follower({
    ...{ tag, reference, host, store, images, interval, hook, keep, wave },
    ...{ env, kill, clock, log, alive, signal, get, health: look },
    update: (change) => state.update(reference, change),
    changed: heart.beat,
  });
  return { reference, follower, heart, state: get };
}

async function runAll(watched: Watched[], parts: WatchParts, log: Log): Promise<void> {
  const { clock, context, lifeline } = parts;
  const { signal } = context;
  const onFailure = (error: string) => log('warning', 'no-notification', { error });
  const notifier = openNotifier(context.env, clock, onFailure);
  const names = watched.map(({ reference }) => reference).join(', ');
  log('info', 'watching', { images: names, host: parts.settings.host, version: context.version });
  await notifier.ready();
  await notifier.status(`Watching ${names}`);
  const guarded = notifier.guard(() => lifeline.isAlive(), signal);
  const hearts = watched.map(({ heart }) => {
    heart.beat();
    return heart.run();
  });
  const stopped = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve());
    if (signal.aborted) resolve();
  });
  const told = stopped.then(() => notifier.stopping());
  await Promise.all(watched.map(({ follower }) => follower.run()));
  for (const { heart } of watched) heart.stop();
  await Promise.all([...hearts, guarded, told]);
  log('info', 'stopped');
}
