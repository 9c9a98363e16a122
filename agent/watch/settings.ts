import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { camelCase, switchOption, textOption, usageError } from '../../shared/command/options.ts';
import type { OptionValues } from '../../shared/command/spec.ts';
import { defaultHookTimeout } from '../../shared/command/watch-options.ts';
import { parseDuration } from '../../shared/duration.ts';
import { messageOf } from '../../shared/error.ts';
import {
  formatReference,
  parseTagReference,
  type TagReference,
} from '../../shared/image/reference.ts';
import { type HealthSpec, parseHealth } from './health.ts';
import { defaultStatePath } from './state-file.ts';
import { parseWave, type Wave } from './wave.ts';

/** What an agent does about one tag. Times are in milliseconds. */
export interface TagSettings {
  tag: TagReference;
  interval: number;
  hook: { command: string; timeout: number } | undefined;
  health: { spec: HealthSpec; timeout: number } | undefined;
  keep: number;
  wave: Wave | undefined;
}

export interface WatchSettings {
  tags: TagSettings[];
  host: string;
  heartbeat: number;
  state: string;
  once: boolean;
  /** The options, with what the file has of those that open the store. */
  options: OptionValues;
}

/** Options that a tag may have for itself in the file. */
const tagOptions = [
  'interval',
  'on-change',
  'on-change-timeout',
  'health',
  'health-timeout',
  'keep',
  'wave',
];
const agentOptions = [
  'host',
  'heartbeat',
  'state',
  'store',
  'region',
  'endpoint-url',
  'dual-stack',
];

/** A file of options: their names without dashes, and `images`, each with options of its own. */
interface ConfigFile {
  options: Record<string, string | boolean>;
  images: Record<string, Record<string, string | boolean>>;
}

/**
 * What the command line, and for what it leaves out the file that it names, ask for. An option of one
 * image in the file goes before one of all images there.
 *
 * @throws WherryError USAGE for what makes no sense
 */
export async function readSettings(names: string[], given: OptionValues): Promise<WatchSettings> {
  const path = textOption(given, 'config');
  const file = path ? await readConfig(path) : { options: {}, images: {} };
  const options: OptionValues = { ...camelCased(file.options), ...defined(given) };
  const images = names.length > 0 ? names : Object.keys(file.images);
  if (images.length === 0) {
    throw usageError(
      'No image is given to watch.',
      'Pass NAME:TAG, or "images" in the config file.',
    );
  }
  const own = new Map(
    Object.entries(file.images).map(([name, values]) => [
      formatReference(parseTagReference(name)),
      camelCased(values),
    ]),
  );
  const references = new Set(images.map((name) => formatReference(parseTagReference(name))));
  return {
    tags: [...references].map((reference) =>
      tagSettings(reference, {
        ...camelCased(file.options),
        ...own.get(reference),
        ...defined(given),
      }),
    ),
    host: hostOf(textOption(options, 'host') ?? hostname()),
    heartbeat: durationOption(options, 'heartbeat', '5m'),
    state: textOption(options, 'state') ?? defaultStatePath,
    once: switchOption(options, 'once'),
    options,
  };
}

function tagSettings(reference: string, options: OptionValues): TagSettings {
  const command = textOption(options, 'onChange');
  const health = textOption(options, 'health');
  const wave = textOption(options, 'wave');
  const timeout = durationOption(options, 'onChangeTimeout', defaultHookTimeout);
  const healthTimeout = durationOption(options, 'healthTimeout', '1m');
  return {
    tag: parseTagReference(reference),
    interval: durationOption(options, 'interval', '30s'),
    hook: command ? { command, timeout } : undefined,
    health: health ? { spec: parseHealth(health), timeout: healthTimeout } : undefined,
    keep: countOption(options, 'keep', 2),
    wave: wave ? parseWave(wave) : undefined,
  };
}

function durationOption(options: OptionValues, name: string, otherwise: string): number {
  const milliseconds = parseDuration(textOption(options, name) ?? otherwise);
  if (milliseconds >= 100) return milliseconds;
  throw usageError(`--${name} is too short.`, 'A tenth of a second is the least.');
}

function countOption(options: OptionValues, name: string, otherwise: number): number {
  const text = textOption(options, name) ?? String(otherwise);
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw usageError(`"${text}" is no number for --${name}.`, 'Give one from 0 to 999.');
}

/** A host's name as part of a key. */
export function hostOf(name: string): string {
  const host = name.replace(/[^A-Za-z0-9._-]/g, '-').slice(0, 128);
  if (host === '' || /^\.+$/.test(host)) {
    throw usageError(`"${name}" is no name for a host.`, 'Pass --host NAME.');
  }
  return host;
}

async function readConfig(path: string): Promise<ConfigFile> {
  const bad = (why: string) => usageError(`The config file ${path} ${why}.`, 'See docs/agent.md.');
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw bad(`cannot be read: ${messageOf(error)}`);
  }
  if (!isObject(value)) throw bad('is not a JSON object');
  const { images = {}, ...options } = value;
  if (!isObject(images)) throw bad('has "images" that are not an object');
  const check = (values: Record<string, unknown>, known: string[]) => {
    for (const [name, item] of Object.entries(values)) {
      if (!known.includes(name)) throw bad(`has "${name}", which is none of ${known.join(', ')}`);
      if (!['string', 'boolean', 'number'].includes(typeof item))
        throw bad(`has a "${name}" of no use`);
    }
  };
  check(options, [...tagOptions, ...agentOptions]);
  for (const values of Object.values(images)) {
    if (!isObject(values)) throw bad('has an image that is not an object');
    check(values, tagOptions);
  }
  return { options, images } as ConfigFile;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Numbers are as good as their text, such as `"keep": 3`. */
function camelCased(values: Record<string, string | boolean | number>): OptionValues {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      camelCase(name),
      typeof value === 'number' ? String(value) : value,
    ]),
  );
}

/** What was not given must not hide what the file says. */
function defined(options: OptionValues): OptionValues {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
