import { hostname } from 'node:os';
import { runDoctor } from '../../shared/command/doctor.ts';
import { textOption } from '../../shared/command/options.ts';
import type { Command } from '../../shared/command/spec.ts';
import { watchOptions } from '../../shared/command/watch-options.ts';
import { parseTagReference } from '../../shared/image/reference.ts';
import { hostOf } from '../watch/settings.ts';
import { packagesCheck } from './packages.ts';
import { serviceOptions } from './service.ts';
import { unitCheck } from './unit.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'Find out what keeps this machine from its images, and what to change',
  description:
    'Looks, in order, at the way to S3, the region, TLS, the clock, the credentials, each permission that ' +
    'is needed, what the store can do, the engine, the room on its disk, the service, and the packages of ' +
    'Amazon Linux. Without --store it looks where the installed service is told to. It leaves nothing ' +
    'behind, and ends within a minute. Exits with 0 when all is well or only might be better, else with ' +
    "the exit code of the first problem's kind; see docs/doctor.md.",
  arguments: [
    {
      name: 'NAME:TAG',
      description: 'the image that is to be pulled; by default the largest in the store',
      optional: true,
    },
  ],
  options: watchOptions.filter(({ name }) => name === 'host'),
  examples: ['wherry doctor', 'wherry doctor api:production', 'wherry doctor --json'],
  async run([name], given, context) {
    const { env } = context;
    const image = name === undefined ? undefined : parseTagReference(name);
    const service = await serviceOptions(given);
    const options = { ...given, ...service?.options };
    const host = hostOf(textOption(options, 'host') ?? hostname());
    const more = [unitCheck(env), packagesCheck()];
    return runDoctor({ purpose: 'pull', image, host, more, service }, options, context);
  },
};
