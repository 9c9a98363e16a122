import { readFile } from 'node:fs/promises';
import type { ServiceOptions } from '../../shared/command/doctor.ts';
import { camelCase } from '../../shared/command/options.ts';
import { parseCommandLine } from '../../shared/command/program.ts';
import type { OptionValues } from '../../shared/command/spec.ts';
import { installedUnit, readUnitCommand } from '../../shared/command/unit-command.ts';
import { version } from '../../shared/version.ts';
import { watchCommand } from '../watch/command.ts';
import { readSettings } from '../watch/settings.ts';

/** The options that say where the store is, and this host's name in it. */
const ofStore = ['store', 'region', 'endpoint-url', 'dual-stack', 'host'];

/**
 * What the service that is installed here is told of the store, by its unit or by the config file that this
 * names, where the options leave it out; undefined when they name a store, or the service does not.
 *
 * @throws WherryError USAGE when the service would be refused what it is told
 */
export async function serviceOptions(
  given: OptionValues,
  unit = installedUnit,
): Promise<ServiceOptions | undefined> {
  if (given.store !== undefined) return undefined;
  const told = await readUnit(unit);
  const taken = ofStore
    .map((name) => ({ name, key: camelCase(name) }))
    .filter(({ key }) => given[key] === undefined && told[key] !== undefined);
  if (!taken.some(({ key }) => key === 'store')) return undefined;
  return {
    unit,
    options: Object.fromEntries(taken.map(({ key }) => [key, told[key]])),
    words: taken.flatMap(({ name, key }) =>
      told[key] === true ? [`--${name}`] : [`--${name}`, String(told[key])],
    ),
  };
}

/** The options of the service; none where there is no unit, or it runs something else. */
async function readUnit(path: string): Promise<OptionValues> {
  const [, ...args] = readUnitCommand(await readFile(path, 'utf8').catch(() => '')) ?? [];
  const program = { name: 'wherry-agent', version, summary: '', commands: [watchCommand] };
  const quiet = { out: () => {}, error: () => {}, columns: undefined };
  const asked = await parseCommandLine(program, args, {}, quiet);
  if (typeof asked === 'number') return {};
  return (await readSettings(asked.args, asked.options)).options;
}
