import { textOption, usageError } from '../../../shared/command/options.ts';
import type { OptionValues } from '../../../shared/command/spec.ts';

/** The container that is deployed unless there is a command for it. */
const container = 'service';

/** Where the service listens, on the instance and in its container, and where it says that it is well. */
export interface Service {
  port: number;
  healthPath: string;
}

/** @throws WherryError USAGE for a port that is none, or a path that does not begin with a slash */
export function serviceOf(options: OptionValues): Service {
  const port = textOption(options, 'port') ?? '';
  if (!/^[1-9]\d{0,4}$/.test(port) || Number(port) > 65_535) {
    throw usageError(`"${port}" is not a port.`, 'A port is a number from 1 to 65535.');
  }
  const healthPath = textOption(options, 'healthPath') ?? '';
  if (!/^\/[\w./~!$&'()*+,;=:@%?-]*$/.test(healthPath)) {
    throw usageError(`"${healthPath}" is not a path of a URL.`, 'Write it as /health.');
  }
  return { port: Number(port), healthPath };
}

/**
 * What the agent is told where the options do not say it: to put a container of the new image in the
 * place of the old one, and to go back unless it answers. Where they name a file of options, that says it.
 */
export function deployment({ port, healthPath }: Service, options: OptionValues): OptionValues {
  if (textOption(options, 'config') !== undefined) return options;
  const run = [
    'docker run --detach',
    `--name ${container}`,
    '--restart always',
    '--log-driver local',
    `--publish ${port}:${port}`,
    '"$WHERRY_IMAGE_ID"',
  ];
  return {
    ...options,
    onChange:
      textOption(options, 'onChange') ?? `docker rm --force ${container}; exec ${run.join(' ')}`,
    health: textOption(options, 'health') ?? `http://127.0.0.1:${port}${healthPath}`,
  };
}
