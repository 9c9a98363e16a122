import type { Command, Outcome } from '../../shared/command/spec.ts';
import { watchOptions } from '../../shared/command/watch-options.ts';
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
    ...watchOptions,
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
