/**
 * `npm run demo`: delivers an image through an S3 server of its own, by the real programs, and shows
 * what moves. Needs neither AWS nor options; uses a Docker engine where one answers.
 */
import { interrupted, isWherryError, messageOf } from '../../shared/error.ts';
import { demo } from './demo.ts';
import { createPage } from './page.ts';

const controller = new AbortController();
const { signal } = controller;
const page = createPage(process.stdout);

const stop = () => {
  if (signal.aborted) return;
  process.stderr.write('\nInterrupted; removing what the demo made.\n');
  controller.abort(interrupted());
};
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop);
// Whoever reads the output may stop reading, as `head` does; what was made is removed all the same.
process.stdout.on('error', stop);

try {
  await demo({ env: process.env, page, signal });
  page.say('What the demo made is removed.');
  page.output('Read next: README.md, how to use Wherry in your CI and on your instances;');
  page.output('           docs/, every command, the format of the store, and security.');
} catch (error) {
  process.exitCode = signal.aborted ? 130 : 1;
  if (!signal.aborted || !isWherryError(error, 'INTERRUPTED')) {
    process.stderr.write(`error: The demo failed: ${messageOf(error)}\n`);
  }
}
