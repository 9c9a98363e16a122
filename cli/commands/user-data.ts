import { storeOf } from '../../shared/command/open.ts';
import { camelCase, listOption, textOption, usageError } from '../../shared/command/options.ts';
import type { Command, OptionValues } from '../../shared/command/spec.ts';
import { defaultHookTimeout, watchOptions } from '../../shared/command/watch-options.ts';
import { parseDuration } from '../../shared/duration.ts';
import { formatReference, parseTagReference } from '../../shared/image/reference.ts';
import { type Architecture, architectures } from '../boot/agent-names.ts';
import { bootExecutables } from '../boot/executables.ts';
import { parseVersion } from '../boot/parse.ts';
import { placeOf, placeOptions } from '../boot/place.ts';
import { bootScript } from '../boot/script.ts';
import { agentUnit } from '../boot/unit.ts';

/** Bytes (Amazon EC2 User Guide, "Run commands when you launch an EC2 instance with user data input"). */
const largestUserData = 16_384;

export const userDataCommand: Command = {
  name: 'user-data',
  summary: 'Print a cloud-init script that installs wherry-agent from the store and starts it',
  description:
    'For Amazon Linux 2023, Ubuntu and Debian, on machines that reach nothing but S3: see ' +
    'docs/boot.md. The SHA-256 of the executable stands in the script. The options of wherry-agent ' +
    'watch are for the service on the machine.',
  arguments: [],
  options: [
    {
      name: 'image',
      value: 'NAME:TAG',
      description: 'the tag to follow; may be repeated',
      repeats: true,
    },
    {
      name: 'arch',
      value: 'ARCH',
      description: "the machine's processor; auto is for either",
      choices: [...architectures, 'auto'],
      default: 'auto',
    },
    {
      name: 'agent-version',
      value: 'VERSION',
      description: 'of the agent to install, as published; that of this program unless given',
    },
    ...watchOptions,
  ],
  examples: [
    'wherry user-data --image api:production --on-change /opt/api/deploy',
    'wherry user-data --image api:production --arch arm64 --health container:api',
  ],
  async run(_args, options, context) {
    const images = listOption(options, 'image').map((text) =>
      formatReference(parseTagReference(text)),
    );
    if (images.length === 0) throw usageError('No image is given.', 'Pass --image NAME:TAG.');
    const version = parseVersion(textOption(options, 'agentVersion') ?? context.version);
    const arch = textOption(options, 'arch');
    const { store } = await storeOf(options, context);
    const place = placeOf(options, context.env);
    const watch = ['watch', ...images, ...placeOptions(place), ...serviceOptions(options)];
    const script = bootScript({
      version,
      place,
      executables: await bootExecutables(
        { store, prefix: place.location.path, signal: context.signal },
        version,
        arch === 'auto' ? architectures : [arch as Architecture],
      ),
      unit: agentUnit(watch, hookTimeout(options)),
    });
    if (Buffer.byteLength(script) > largestUserData) {
      throw usageError(
        `The script has ${Buffer.byteLength(script)} bytes; EC2 takes ${largestUserData}.`,
        'Put the options of watch into a file on the machine, and pass --config.',
      );
    }
    return { json: { version, images, script }, text: script.trimEnd() };
  },
};

function hookTimeout(options: OptionValues): number {
  return parseDuration(textOption(options, 'onChangeTimeout') ?? defaultHookTimeout);
}

function serviceOptions(options: OptionValues): string[] {
  return watchOptions.flatMap((option) => {
    const value = textOption(options, camelCase(option.name));
    return value === undefined || value === option.default ? [] : [`--${option.name}`, value];
  });
}
