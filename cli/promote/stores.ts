import { storeOf } from '../../shared/command/open.ts';
import { switchOption, textOption } from '../../shared/command/options.ts';
import type { CommandContext, Option, OptionValues } from '../../shared/command/spec.ts';
import { isWherryError, WherryError } from '../../shared/error.ts';
import type { Store } from '../../shared/store/store.ts';

/** Where the target is, when not in the store of the source. */
export const targetOptions: Option[] = [
  {
    name: 'to',
    value: 'STORE',
    description: 'the store of TARGET: s3://bucket/prefix, or a folder',
  },
  { name: 'to-profile', value: 'NAME', description: 'the AWS profile for that store' },
  { name: 'to-region', value: 'REGION', description: "that bucket's AWS region" },
  {
    name: 'to-endpoint-url',
    value: 'URL',
    description: 'the S3 server that it is on, other than AWS',
  },
  { name: 'to-dual-stack', description: 'reach that one over IPv6 too' },
];

/** The stores of source and target: one and the same without `--to`. */
export async function openStores(
  options: OptionValues,
  context: CommandContext,
): Promise<{ source: Store; target: Store }> {
  const { store: source } = await storeOf(options, context);
  const to = textOption(options, 'to');
  if (!to) return { source, target: source };
  const { store: target } = await storeOf({ ...options, ...ofTarget(options), store: to }, context);
  return { source, target };
}

/** What is not given for the target is as for the source; but a profile has a region of its own. */
function ofTarget(options: OptionValues): OptionValues {
  const { profile, region, endpointUrl, toProfile, toRegion, toEndpointUrl } = options;
  return {
    profile: toProfile ?? profile,
    region: toRegion ?? (toProfile ? undefined : region),
    endpointUrl: toEndpointUrl ?? endpointUrl,
    dualStack: switchOption(options, 'toDualStack') || switchOption(options, 'dualStack'),
  };
}

/** The same error, whose hint names the option that is meant for the target. */
export function forTarget(error: unknown, { source, target }: { source: Store; target: Store }) {
  const isOfTarget = source !== target && `${(error as Error).message}`.includes(target.url);
  if (!isWherryError(error, 'WRONG_REGION') || !isOfTarget) return error;
  const { code, message, side, hint } = error;
  const own = hint?.replace('--region', '--to-region');
  return new WherryError(code, message, { side, hint: own, cause: error });
}
