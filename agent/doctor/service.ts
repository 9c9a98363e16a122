import { readFile } from 'node:fs/promises';
import type { ServiceOptions } from '../../shared/command/doctor.ts';
import { camelCase, usageError } from '../../shared/command/options.ts';
import { parseCommandLine } from '../../shared/command/program.ts';
import type { OptionValues } from '../../shared/command/spec.ts';
import { installedUnit, readUnitCommand } from '../../shared/command/unit-command.ts';
import { messageOf, type WherryError } from '../../shared/error.ts';
import { version } from '../../shared/version.ts';
import { watchCommand } from '../watch/command.ts';
import { readSettings } from '../watch/settings.ts';

/** The options that say where the store is, and this host's name in it. */
const ofStore = ['store', 'region', 'endpoint-url', 'dual-stack', 'host'];

/**
 * What the service that is installed here is told of the store, by its unit or by the config file that this
 * names, where the options leave it out; undefined when they name a store.
 *
 * @throws WherryError USAGE when no service names one either, or one is told what it does not take
 */
export async function serviceOptions(
  given: OptionValues,
  unit = installedUnit,
): Promise<ServiceOptions | undefined> {
  if (given.store !== undefined) return undefined;
  const told = await readUnit(unit);
  if (told.store === undefined) {
    throw usageError(
      `No store is given, and no service of this machine names one, in ${unit}.`,
      'Pass --store URL, or set WHERRY_STORE. What "wherry user-data" prints installs the service.',
    );
  }
  const taken = ofStore
    .map((name) => ({ name, key: camelCase(name) }))
    .filter(({ key }) => given[key] === undefined && told[key] !== undefined);
  return {
    unit,
    options: Object.fromEntries(taken.map(({ key }) => [key, told[key]])),
    words: taken.flatMap(({ name, key }) =>
      told[key] === true ? [`--${name}`] : [`--${name}`, String(told[key])],
    ),
  };
}

/** The options of the service; none where there is no unit, or it does something else. */
async function readUnit(path: string): Promise<OptionValues> {
  const [, ...args] = readUnitCommand(await readFile(path, 'utf8').catch(() => '')) ?? [];
  if (args[0] !== watchCommand.name) return {};
  const program = { name: 'wherry-agent', version, summary: '', commands: [watchCommand] };
  const mistakes: string[] = [];
  const output = {
    out: () => {},
    error: (text: string) => mistakes.push(text),
    columns: undefined,
  };
  const asked = await parseCommandLine(program, args, {}, output);
  if (typeof asked === 'number') {
    throw mistold(path, mistakes.join('').replaceAll(/^error: |\n$/g, ''));
  }
  try {
    return (await readSettings(asked.args, asked.options)).options;
  } catch (error) {
    throw mistold(path, messageOf(error));
  }
}

function mistold(unit: string, why: string): WherryError {
  return usageError(
    `The service of this machine is told what it does not take, in ${unit}: ${why}`,
    'Correct it there, then run "systemctl daemon-reload" and "systemctl restart wherry-agent"; or pass ' +
      '--store URL.',
  );
}
