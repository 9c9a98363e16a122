/**
 * `npm run demo`: delivers an image through an S3 server of its own, by the real programs, and shows
 * what moves. Needs neither AWS nor options; uses a Docker engine where one answers.
 */
import { interrupted, messageOf } from '../../shared/error.ts';
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
  page.paragraph('What the demo made is removed.');
  page.table(
    'Read next: README.md, how to use Wherry in your CI and on your instances;\n' +
      '           docs/, every command, the format of the store, the engines.',
  );
} catch (error) {
  process.exitCode = signal.aborted ? 130 : 1;
  for (const line of explain(error)) process.stderr.write(`error: ${line}\n`);
}

/** Of an interrupt nothing is to be said, but for what could not be removed after it. */
function explain(error: unknown): string[] {
  if (error instanceof SuppressedError) {
    return [...explain(error.suppressed), `Not all was removed: ${messageOf(error.error)}`];
  }
  return signal.aborted ? [] : [`The demo failed: ${messageOf(error)}`];
}
