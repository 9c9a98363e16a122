import { storeOf } from '../../shared/command/open.ts';
import { camelCase, textOption, usageError } from '../../shared/command/options.ts';
import type { CommandContext, OptionValues } from '../../shared/command/spec.ts';
import { defaultHookTimeout, watchOptions } from '../../shared/command/watch-options.ts';
import { parseDuration } from '../../shared/duration.ts';
import { formatReference, parseTagReference } from '../../shared/image/reference.ts';
import type { Architecture } from './agent-names.ts';
import { bootExecutables } from './executables.ts';
import { parseVersion } from './parse.ts';
import { type Place, placeOf, placeOptions } from './place.ts';
import { type BootExecutable, bootScript } from './script.ts';
import { agentUnit } from './unit.ts';

/** Bytes (Amazon EC2 User Guide, "Run commands when you launch an EC2 instance with user data input"). */
const largestUserData = 16_384;

/** What an instance is to be made, but for where it finds the store. */
export interface Machine {
  version: string;
  images: string[];
  executables: Record<string, BootExecutable>;
  /** For the service on it: those of {@link watchOptions}. */
  options: OptionValues;
}

/**
 * What the options say of a machine, with the sums of the executables that the store has for it.
 *
 * @throws WherryError USAGE for what makes no sense; NOT_FOUND when the agent was not published
 */
export async function findMachine(
  images: string[],
  architectures: Architecture[],
  options: OptionValues,
  context: CommandContext,
): Promise<{ machine: Machine; place: Place }> {
  const references = images.map((text) => formatReference(parseTagReference(text)));
  if (references.length === 0) throw usageError('No image is given.', 'Pass --image NAME:TAG.');
  const version = parseVersion(textOption(options, 'agentVersion') ?? context.version);
  const { store } = await storeOf(options, context);
  const place = placeOf(options, context.env);
  const from = { store, prefix: place.location.path, signal: context.signal };
  const executables = await bootExecutables(from, version, architectures);
  return { machine: { version, images: references, executables, options }, place };
}

/** The script for a machine's cloud-init. @throws WherryError USAGE when EC2 would not take it */
export function userData({ version, images, executables, options }: Machine, place: Place): string {
  const watch = ['watch', ...images, ...placeOptions(place), ...serviceOptions(options)];
  const hook = parseDuration(textOption(options, 'onChangeTimeout') ?? defaultHookTimeout);
  const script = bootScript({ version, place, executables, unit: agentUnit(watch, hook) });
  if (Buffer.byteLength(script) <= largestUserData) return script;
  throw usageError(
    `The script has ${Buffer.byteLength(script)} bytes; EC2 takes ${largestUserData}.`,
    'Put the options of watch into a file on the machine, and pass --config.',
  );
}

function serviceOptions(options: OptionValues): string[] {
  return watchOptions.flatMap((option) => {
    const value = textOption(options, camelCase(option.name));
    return value === undefined || value === option.default ? [] : [`--${option.name}`, value];
  });
}
