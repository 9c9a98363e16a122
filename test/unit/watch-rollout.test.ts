import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortDigest } from '../../shared/digest.ts';
import { WherryError } from '../../shared/error.ts';
import { tagChange } from '../support/tag-change.ts';
import { type WatchHost, watchHost } from '../support/watch-host.ts';

const tag = { repository: 'api', tag: 'production' };

async function runs(host: WatchHost): Promise<string[]> {
  return (await host.hooks()).map(({ reason, digest }) => `${reason} ${digest}`);
}

test('good, bad, good: the bad one is gone back from, and not tried again', async (t) => {
  const host = await watchHost(t);
  const { follower, state, heart } = await host.start();
  const one = await host.release('one');
  assert.equal(await follower.step(), undefined);
  assert.equal(state().current?.digest, one);

  const bad = await host.release('bad');
  host.bad.add(bad);
  for (let look = 0; look < 5; look++) assert.equal(await follower.step(), undefined);
  assert.deepEqual(await runs(host), [`release ${one}`, `release ${bad}`, `rollback ${one}`]);
  assert.equal(state().current?.digest, one);
  assert.equal(state().quarantined?.digest, bad);
  assert.equal((await host.engine.inspect('api:production'))?.id, state().current?.image);
  await heart.once();
  const [report] = await host.store.listHeartbeats(tag);
  assert.equal(report?.beat.digest, one);
  assert.equal(report?.beat.health, 'healthy');
  assert.match(report?.beat.quarantined?.message ?? '', /not healthy: api is unhealthy/);

  const two = await host.release('two');
  await follower.step();
  const last = (await host.hooks()).at(-1);
  assert.deepEqual([last?.reason, last?.digest, last?.previous], ['release', two, one]);
  const { current, quarantined, error, rollout } = state();
  assert.deepEqual(
    [current?.digest, quarantined, error, rollout],
    [two, undefined, undefined, undefined],
  );
});

test('an agent that starts again with all in place runs no command', async (t) => {
  const host = await watchHost(t);
  await host.release('one');
  await (await host.start()).follower.step();
  await (await host.start()).follower.step();
  assert.equal((await host.hooks()).length, 1);
});

test('an image that is gone at the start is a release', async (t) => {
  const host = await watchHost(t);
  const one = await host.release('one');
  await (await host.start()).follower.step();
  host.engine.has.clear();
  const { follower } = await host.start();
  for (let look = 0; look < 3; look++) assert.equal(await follower.step(), undefined);
  assert.deepEqual(await runs(host), [`release ${one}`, `release ${one}`]);
  assert.equal(host.engine.has.size, 1);
});

test('a tag that is removed is told once, and what runs goes on until it is back', async (t) => {
  const host = await watchHost(t);
  const { follower, state } = await host.start();
  const one = await host.release('one');
  await follower.step();
  const record = (await host.store.getTag(tag)) ?? assert.fail();
  await host.store.moveTag(tag, { ...tagChange('any'), digest: record.digest, action: 'remove' });
  host.log.length = 0;
  for (let look = 0; look < 3; look++) assert.equal(await follower.step(), undefined);
  assert.deepEqual(host.events(), ['no-tag']);
  assert.equal(state().current?.digest, one);
  assert.equal((await host.hooks()).length, 1);
  await host.release('one');
  await follower.step();
  assert.equal(host.events().at(-1), 'tag');
  assert.equal((await host.hooks()).length, 1, 'the same image is no release');
});

test('a tag that is not there yet is told once, and waited for', async (t) => {
  const host = await watchHost(t);
  const { follower } = await host.start();
  for (let look = 0; look < 3; look++) assert.equal(await follower.step(), undefined);
  assert.deepEqual(host.events(), ['no-tag']);
  const one = await host.release('one');
  await follower.step();
  assert.equal(await host.running(), one);
});

test('a first release that fails leaves nothing to go back to, and is not tried again', async (t) => {
  const host = await watchHost(t);
  host.bad.add(await host.release('bad'));
  const { follower, state } = await host.start();
  for (let look = 0; look < 3; look++) assert.equal(await follower.step(), undefined);
  assert.equal((await host.hooks()).length, 1);
  assert.equal(state().current, undefined);
  assert.ok(state().quarantined);
  const good = await host.release('good');
  await follower.step();
  assert.equal(state().current?.digest, good);
});

test('the same image is tried again when the tag came back to it', async (t) => {
  const host = await watchHost(t);
  const { follower } = await host.start();
  const one = await host.release('one');
  await follower.step();
  const bad = await host.release('bad');
  host.bad.add(bad);
  await follower.step();
  await host.release('one');
  await follower.step();
  host.bad.clear();
  await host.release('bad');
  await follower.step();
  const told = [`release ${one}`, `release ${bad}`, `rollback ${one}`, `release ${bad}`];
  assert.deepEqual(await runs(host), told);
});

test('going back needs no store', async (t) => {
  const host = await watchHost(t);
  const { follower, state } = await host.start();
  const one = await host.release('one');
  await follower.step();
  const bad = await host.release('bad');
  host.bad.add(bad);
  let down = false;
  host.around = async (what, work) => {
    if (what === 'state rollout,quarantined,error,healthy,wave') down = true;
    if (down && what.startsWith('bucket')) {
      throw new WherryError('UNAVAILABLE', 'S3 is away.', { side: 'store' });
    }
    return work();
  };
  assert.equal(await follower.step(), undefined);
  assert.equal(down, true);
  assert.equal(await host.running(), one);
  assert.equal(state().rollout, undefined);
});

test('a command that fails is gone back from; going back is tried until its command works', async (t) => {
  const host = await watchHost(t);
  const one = await host.release('one');
  await (await host.start()).follower.step();
  const two = await host.release('two');
  const command = `test "$WHERRY_DIGEST" != ${two} && test -e ${host.folder}/mended`;
  const { follower, state } = await host.start({ hook: { command, timeout: 10_000 } });
  assert.match(String(await follower.step()), /Going back to sha256:\w+: The command failed/);
  assert.match(String(await follower.step()), /Going back/);
  assert.equal(state().rollout?.reason, 'rollback');
  assert.equal(follower.activity, 'rollback');
  const mended = await host.start();
  assert.equal(await mended.follower.step(), undefined);
  assert.deepEqual(await runs(host), [`release ${one}`, `rollback ${one}`]);
  assert.match(mended.state().error?.message ?? '', /The command failed: it exited with 1/);
});

test('when what is gone back to is not healthy either, its command is not run for ever', async (t) => {
  const host = await watchHost(t);
  const { follower, state, heart } = await host.start();
  const one = await host.release('one');
  await follower.step();
  const two = await host.release('two');
  host.bad.add(one).add(two);
  for (let look = 0; look < 4; look++) assert.equal(await follower.step(), undefined);
  assert.deepEqual(await runs(host), [`release ${one}`, `release ${two}`, `rollback ${one}`]);
  assert.match(state().error?.message ?? '', /Going back: It is not healthy/);
  const health = async () => {
    await heart.once();
    return (await host.store.listHeartbeats(tag))[0]?.beat.health;
  };
  assert.equal(await health(), 'unhealthy');
  host.bad.clear();
  assert.equal(await health(), 'healthy');
});

test('old images go, but for the last ones and those in use', async (t) => {
  const host = await watchHost(t);
  const { follower, state } = await host.start({ keep: 1 });
  const digests = [];
  const used = new Set<string>();
  const { imagesInUse } = host.engine;
  host.engine.imagesInUse = async () => new Set([...(await imagesInUse()), ...used]) as never;
  for (const name of ['one', 'two', 'three', 'four']) {
    digests.push(await host.release(name));
    await follower.step();
    if (name === 'one') used.add(state().current?.image ?? '');
  }
  const [one, , three, four] = digests;
  const kept = [four, three, one];
  assert.deepEqual(
    state().kept.map(({ digest }) => digest),
    kept,
  );
  const names = [...host.engine.has.values()].flatMap(({ tags }) => tags).sort();
  const expected = kept.map((digest) => `api:wherry.production.${digest && shortDigest(digest)}`);
  assert.deepEqual(names, ['api:production', ...expected].sort());
  used.clear();
  await host.release('five');
  await follower.step();
  assert.equal(state().kept.length, 2);
  assert.equal(host.engine.has.size, 2);
});

test('an image that somebody else named is left to them', async (t) => {
  const host = await watchHost(t);
  const { follower } = await host.start({ keep: 0 });
  await host.release('one');
  await follower.step();
  await host.engine.tag('api:production', 'mine:1');
  await host.release('two');
  await follower.step();
  assert.deepEqual((await host.engine.inspect('mine:1'))?.tags, ['mine:1']);
});

test('a pull that fails is tried again, and nothing else happens until it works', async (t) => {
  const host = await watchHost(t);
  const { follower } = await host.start();
  const one = await host.release('one');
  host.around = async (what, work) => {
    if (what.startsWith('engine')) throw new WherryError('NO_ENGINE', 'Gone.', { side: 'engine' });
    return work();
  };
  for (let look = 0; look < 3; look++) assert.match(String(await follower.step()), /Gone/);
  assert.equal(follower.trouble?.message, 'Gone.');
  assert.equal(
    host.log.filter(({ event, level }) => event === 'trouble' && level === 'warning').length,
    1,
  );
  assert.deepEqual(await host.hooks(), []);
  host.around = (_, work) => work();
  await follower.step();
  assert.equal(await host.running(), one);
  assert.equal(follower.trouble, undefined);
});

test('two changes between two looks: only the last is deployed', async (t) => {
  const host = await watchHost(t);
  const { follower } = await host.start();
  await host.release('one');
  const two = await host.release('two');
  await follower.step();
  assert.deepEqual(await runs(host), [`release ${two}`]);
});
