import type { Command, Outcome } from '../../shared/command/spec.ts';
import { isWherryError } from '../../shared/error.ts';
import { describeStates } from './describe.ts';
import { readSettings } from './settings.ts';
import type { Watch } from './watch.ts';

export const watchCommand: Command = {
  name: 'watch',
  summary: 'Follow tags: pull what they point to, deploy it, and go back when it fails',
  description:
    'Looks at each tag every so often. When it has moved, the image is pulled and tagged, your command ' +
    'is run, and health awaited. When either fails, the image before is tagged again, the command run ' +
    'again, and the bad one not tried until the tag moves. Runs until it is terminated; see ' +
    'docs/agent.md.',
  arguments: [
    {
      name: 'NAME:TAG',
      description: 'the tags in the store; by default those of the config file',
      optional: true,
      repeats: true,
    },
  ],
  options: [
    {
      name: 'on-change',
      value: 'COMMAND',
      description: 'what deploys the image, for /bin/sh; is told of it in WHERRY_ variables',
    },
    {
      name: 'on-change-timeout',
      value: 'TIME',
      description: 'how long that may take, 5m by default; then it is ended, and has failed',
    },
    {
      name: 'health',
      value: 'CHECK',
      description: 'a command that exits with 0, a URL that answers 2xx, or container:NAME',
    },
    {
      name: 'health-timeout',
      value: 'TIME',
      description: 'how long to wait for that, 1m by default',
    },
    { name: 'interval', value: 'TIME', description: 'between two looks at a tag, 30s by default' },
    {
      name: 'keep',
      value: 'NUMBER',
      description: 'images of a tag to keep besides the one that runs, 2 by default',
    },
    {
      name: 'wave',
      value: 'SHARE%[:DELAY]',
      description:
        'take a release at once on this share of hosts, on the others after the delay (30m by ' +
        'default), unless it has failed somewhere',
    },
    {
      name: 'host',
      value: 'NAME',
      description: "this host's name in the fleet, by default its own",
    },
    { name: 'heartbeat', value: 'TIME', description: 'between two heartbeats, 5m by default' },
    {
      name: 'state',
      value: 'PATH',
      description: 'where to keep the state, by default /var/lib/wherry-agent/state.json',
    },
    { name: 'config', value: 'PATH', description: 'a JSON file of options, by their names' },
    {
      name: 'log-format',
      value: 'FORMAT',
      description: 'how each line of the log is written',
      choices: ['text', 'json'],
      default: 'text',
    },
    { name: 'once', description: 'look once, do what follows from it, and end' },
  ],
  examples: [
    'wherry watch api:production --on-change /etc/api/deploy --health http://127.0.0.1:8080/health',
    'wherry watch api:production worker:production --on-change deploy --wave 10%:30m',
    'wherry watch --config /etc/wherry-agent.json',
  ],
  async run(names, options, context) {
    const settings = await readSettings(names, options);
    const { openWatch } = await import('./watch.ts');
    const watch = await openWatch(settings, context);
    try {
      if (settings.once) return await lookOnce(watch);
      await watch.run();
      return { json: { stopped: true }, text: '' };
    } finally {
      watch.release();
    }
  },
};

/** @throws what kept the first tag that could not be looked at from it */
async function lookOnce({ watched }: Watch): Promise<Outcome> {
  const errors: unknown[] = [];
  await Promise.all(
    watched.map(async ({ follower, heart }) => {
      const error = await follower.step();
      if (error !== undefined) errors.push(error);
      if (!isWherryError(error, 'INTERRUPTED')) await heart.once();
    }),
  );
  if (errors.length > 0) throw errors[0];
  const states = Object.fromEntries(watched.map(({ reference, state }) => [reference, state()]));
  const failed = Object.values(states).some(({ quarantined, wave }) => quarantined || wave?.held);
  return { ...describeStates(states), exitCode: failed ? 1 : 0 };
}
