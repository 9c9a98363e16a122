import { runDoctor } from '../../shared/command/doctor.ts';
import { textOption } from '../../shared/command/options.ts';
import type { Command } from '../../shared/command/spec.ts';
import type { Purpose } from '../../shared/doctor/setting.ts';

const purposes: Purpose[] = ['push', 'pull', 'promote'];

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'Find out what keeps the store from being used from here, and what to change',
  description:
    'Looks, in order, at the way to S3, the region, TLS, the clock, the credentials, each permission that ' +
    'is needed, what the store can do, the engine and its disk. It leaves nothing behind, and ends within ' +
    'a minute. Exits with 0 when all is well or only might be better, else with the exit code of the ' +
    "first problem's kind; see docs/doctor.md.",
  arguments: [],
  options: [
    {
      name: 'for',
      value: 'PURPOSE',
      description: 'what the store is to be used for; promote needs no engine',
      choices: purposes,
      default: 'push',
    },
  ],
  examples: ['wherry doctor', 'wherry doctor --for pull', 'wherry doctor --json'],
  run(_, options, context) {
    const purpose = textOption(options, 'for') as Purpose;
    return runDoctor({ purpose, image: undefined, host: undefined, more: [] }, options, context);
  },
};
