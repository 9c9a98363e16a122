import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { parseTagReference } from '../../shared/image/reference.ts';
import type { FaultAction } from '../s3/server.ts';
import { type RunResult, run } from '../support/program.ts';
import { buildReleases } from '../support/releases.ts';
import { startTestS3 } from '../support/s3.ts';
import { openTestStore, pushArchive } from '../support/store.ts';

suite('Ctrl-C while a tag is swapped', async () => {
  const s3 = await startTestS3({ after });
  Object.assign(process.env, s3.env);
  const releases = await buildReleases(3);
  const [newest = Buffer.alloc(0), ...older] = releases.map(({ archive }) => archive);
  const production = parseTagReference('api:production');
  let count = 0;

  /** Runs a command on a store of its own, and ends it at the nth put of the tag's pointer. */
  async function interrupted(args: string[], nth: number, actions: FaultAction[]) {
    const url = `s3://images/interrupted-${count++}`;
    for (const archive of older) await pushArchive(url, 'api:production', archive);
    await pushArchive(url, 'api:new', newest);
    const match = { operation: 'PutObject', key: /tags\/api:production$/ };
    s3.faults.set(actions.map((action, at) => ({ match: { ...match, nth: at + 1 }, action })));
    let puts = 0;
    const isLast = ({ operation, key }: { operation: string; key: string }) =>
      operation === match.operation && match.key.test(key) && ++puts === nth;
    const result: RunResult = await run('wherry', args, {
      env: { ...s3.env, WHERRY_STORE: url },
      stdin: newest,
      started: (child) => void s3.requests.next(isLast).then(() => child.kill('SIGINT')),
    });
    s3.faults.clear();
    assert.equal(result.code, 130, result.stderr);
    const [last] = await (await openTestStore(url)).listHistory(production);
    return { stderr: result.stderr, last };
  }

  const open = 'when it was looked at, but what was sent may still arrive\\.';
  const commands: [args: string[], done: string, undone: string][] = [
    [['promote', 'api:new', 'api:production', '--yes'], 'has moved', 'was not moved'],
    [['rollback', 'api:production', '--yes'], 'has moved', 'was not moved'],
    [['rm', 'api:production', '--yes'], 'has been removed', 'was not removed'],
    [['push', 'api:production', '--input', '-'], 'has moved', 'was not moved'],
  ];
  for (const [args, done, undone] of commands) {
    const message = (end: string) =>
      new RegExp(`Interrupted\\. The tag api:production of s3:\\S+ ${end}\n`);

    test(`${args[0]}: it was done and the answer lost, and that is told`, async () => {
      // The first put is done; the next one, which would learn that, is never answered.
      const faults: FaultAction[] = [{ type: 'reset-after-operation' }, { type: 'never-answer' }];
      const { stderr, last } = await interrupted(args, 2, faults);
      assert.equal(last?.sequence, 3);
      assert.match(stderr, message(`${done}\\.`));
    });

    test(`${args[0]}: nobody answered, and that it may still come is told`, async () => {
      const { stderr, last } = await interrupted(args, 1, [{ type: 'never-answer' }]);
      assert.equal(last?.sequence, 2);
      assert.match(stderr, message(`${undone} ${open}`));
    });
  }
});
