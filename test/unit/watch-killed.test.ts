import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TagState } from '../../agent/watch/tag-state.ts';
import { type WatchHost, watchHost } from '../support/watch-host.ts';

/**
 * Steps until the nth request or write, at which the agent is gone, before that is done or after it:
 * nothing of it goes on.
 *
 * @returns whether it came so far
 */
async function stepUntilKilled(host: WatchHost, nth: number, done: boolean): Promise<boolean> {
  const killed = Promise.withResolvers<true>();
  const gone = new Promise<never>(() => {});
  let count = 0;
  let over = false;
  host.around = async (_, work) => {
    if (over) return gone;
    if (++count !== nth) return work();
    if (done) await work();
    over = true;
    killed.resolve(true);
    return gone;
  };
  const { follower } = await host.start();
  const stepped = follower.step().then(() => false);
  const result = await Promise.race([killed.promise, stepped]);
  host.around = (_, work) => work();
  return result;
}

/** Starts again, and looks twice. */
async function goOn(host: WatchHost): Promise<TagState> {
  const { follower, state } = await host.start();
  for (let look = 0; look < 2; look++) assert.equal(await follower.step(), undefined);
  return state();
}

for (const done of [false, true]) {
  const when = done ? 'after' : 'before';
  test(`killed ${when} each step of a release, it resumes rightly`, async (t) => {
    for (let nth = 1; ; nth++) {
      const host = await watchHost(t);
      const one = await host.release('one');
      await (await host.start()).follower.step();
      const two = await host.release('two');
      if (!(await stepUntilKilled(host, nth, done))) {
        assert.ok(nth > 12, `${nth}`);
        t.diagnostic(`killed at each of ${nth - 1} steps`);
        return;
      }
      const { current, rollout, kept } = await goOn(host);
      assert.equal(current?.digest, two, `killed at ${nth}`);
      assert.equal(rollout, undefined);
      assert.deepEqual(
        kept.map(({ digest }) => digest),
        [two, one],
      );
      assert.equal((await host.engine.inspect('api:production'))?.id, current?.image);
      const hooks = (await host.hooks()).map(({ digest }) => digest);
      assert.ok(hooks.length <= 3, hooks.join());
      assert.equal(hooks.at(-1), two);
    }
  });

  test(`killed ${when} each step of a roll-back, it resumes rightly`, async (t) => {
    for (let nth = 1; ; nth++) {
      const host = await watchHost(t);
      const one = await host.release('one');
      await (await host.start()).follower.step();
      const bad = await host.release('bad');
      host.bad.add(bad);
      if (!(await stepUntilKilled(host, nth, done))) {
        assert.ok(nth > 18, `${nth}`);
        t.diagnostic(`killed at each of ${nth - 1} steps`);
        return;
      }
      const { current, rollout, quarantined } = await goOn(host);
      assert.equal(current?.digest, one, `killed at ${nth}`);
      assert.equal(rollout, undefined);
      assert.equal(quarantined?.digest, bad);
      assert.equal((await host.engine.inspect('api:production'))?.id, current?.image);
      const hooks = await host.hooks();
      assert.equal(hooks.at(-1)?.digest, one);
      assert.ok(hooks.filter(({ digest }) => digest === bad).length <= 2);
    }
  });
}
