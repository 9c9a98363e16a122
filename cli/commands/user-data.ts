import { listOption, textOption } from '../../shared/command/options.ts';
import type { Command } from '../../shared/command/spec.ts';
import { watchOptions } from '../../shared/command/watch-options.ts';
import { type Architecture, architectures } from '../boot/agent-names.ts';
import { agentVersionOption } from '../boot/options.ts';
import { findMachine, userData } from '../boot/user-data.ts';

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
    agentVersionOption,
    ...watchOptions,
  ],
  examples: [
    'wherry user-data --image api:production --on-change /opt/api/deploy',
    'wherry user-data --image api:production --arch arm64 --health container:api',
  ],
  async run(_args, options, context) {
    const arch = textOption(options, 'arch');
    const { machine, place } = await findMachine(
      listOption(options, 'image'),
      arch === 'auto' ? architectures : [arch as Architecture],
      options,
      context,
    );
    const script = userData(machine, place);
    const { version, images } = machine;
    return { json: { version, images, script }, text: script.trimEnd(), verbatim: true };
  },
};
