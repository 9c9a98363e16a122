/**
 * `npm run campaign [-- --seed N] [--operations N]`: images are delivered while everything goes wrong.
 * Prints its figures; exit code 1 when a rule is broken.
 */
import { parseArgs } from 'node:util';
import { runCampaign } from './campaign.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string' }, operations: { type: 'string', default: '1000' } },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const operations = Number(values.operations);
const again = `npm run campaign -- --seed ${seed} --operations ${operations}`;
const say = (line: string) => void process.stdout.write(`${line}\n`);

const controller = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => controller.abort());

say(`seed ${seed}; the same plan again: ${again}`);
const { signal } = controller;
const { tally, broken, folder, withoutEngine } = await runCampaign({
  seed,
  operations,
  say,
  signal,
});
if (withoutEngine) say(`LEFT OUT: all that needs an engine, for ${withoutEngine}.`);
say(`\n${tally.page()}`);
for (const line of broken) say(`BROKEN: ${line}`);
if (broken.length > 0) say(`seed ${seed}; the log of each operation is in ${folder}\n${again}`);
if (signal.aborted) process.exitCode = 130;
else if (broken.length > 0) process.exitCode = 1;
