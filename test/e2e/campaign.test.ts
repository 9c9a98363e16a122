import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCampaign } from '../campaign/campaign.ts';

/** `npm run campaign` draws another seed each time, and runs much longer. */
const seed = 23;
const operations = 40;

test(`${operations} operations while all goes wrong, seed ${seed}`, async (t) => {
  const say = (line: string) => t.diagnostic(line);
  const { tally, broken, folder, withoutEngine } = await runCampaign({ seed, operations, say });
  if (withoutEngine) say(`LEFT OUT: all that needs an engine, for ${withoutEngine}`);
  say(tally.line());
  assert.deepEqual(broken, [], `the log of each operation is in ${folder}`);
  assert.equal(tally.operations, operations);
  assert.ok(tally.ended('done') > operations / 3, 'too little was done');
  assert.ok(tally.faults > operations, 'too few faults struck');
  const kinds = ['promotion within a store', 'promotion between stores', 'rollback', 'removal'];
  const absent = kinds.filter((kind) => !tally.kinds.some((each) => each.startsWith(kind)));
  assert.deepEqual(absent, [], 'some kinds were not tried');
  assert.ok(tally.kills > 0, 'no program was killed');
});
