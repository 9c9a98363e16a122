import { type Meter, meteredBucket, newMeter } from '../bucket/metered.ts';
import { type BucketSettings, openBucket, parseLocation } from '../bucket/open.ts';
import type { Engine } from '../engine/engine.ts';
import { runtimeFolder } from '../runtime-folder.ts';
import { openStore, type Store } from '../store/store.ts';
import type { TransferContext } from '../transfer/context.ts';
import type { LoadTarget } from '../transfer/turn.ts';
import { switchOption, textOption, usageError } from './options.ts';
import type { CommandContext, OptionValues } from './spec.ts';

export function bucketSettings(
  options: OptionValues,
  { env, report }: CommandContext,
): BucketSettings {
  return {
    profile: textOption(options, 'profile'),
    region: textOption(options, 'region'),
    endpointUrl: textOption(options, 'endpointUrl'),
    dualStack: switchOption(options, 'dualStack'),
    env,
    report,
  };
}

/** The store that the options name, and a meter of what it moves. */
export async function storeOf(
  options: OptionValues,
  context: CommandContext,
): Promise<{ store: Store; meter: Meter }> {
  const url = textOption(options, 'store');
  if (!url) throw usageError('No store is given.', 'Pass --store URL, or set WHERRY_STORE.');
  const meter = newMeter();
  const bucket = await openBucket(parseLocation(url), bucketSettings(options, context));
  return { store: openStore(meteredBucket(bucket, meter), context.report), meter };
}

export async function transferContext(
  options: OptionValues,
  context: CommandContext,
): Promise<TransferContext> {
  const { report, signal } = context;
  return { ...(await storeOf(options, context)), report, signal };
}

/** The engine that DOCKER_HOST or the Docker context names. */
export async function engineOf({ env }: CommandContext): Promise<Engine> {
  const { openDockerEngine } = await import('../engine/docker.ts');
  return openDockerEngine({ env });
}

export async function loadTarget(context: CommandContext): Promise<LoadTarget> {
  return { engine: await engineOf(context), locks: runtimeFolder(context.env) };
}
