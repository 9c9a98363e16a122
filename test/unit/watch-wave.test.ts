import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goesFirst, parseWave } from '../../agent/watch/wave.ts';
import { memoryBucket } from '../support/memory-bucket.ts';
import { watchHost } from '../support/watch-host.ts';

const minute = 60_000;
const tenth = parseWave('10%:30m');
const names = Array.from({ length: 1000 }, (_, index) => `ip-10-0-${index >> 8}-${index & 255}`);
const first = (host: string) => goesFirst(tenth, host, 'api:production');
const [canary = '', late = ''] = [names.find(first), names.find((name) => !first(name))];

test('a tenth of the hosts goes first, always the same, and others for other tags', () => {
  const chosen = names.filter(first);
  assert.ok(chosen.length > 70 && chosen.length < 130, `${chosen.length}`);
  const others = names.filter((name) => goesFirst(tenth, name, 'web:production'));
  assert.ok(chosen.filter((name) => others.includes(name)).length < 40);
  const more = names.filter((name) => goesFirst(parseWave('30%'), name, 'api:production'));
  assert.ok(chosen.every((name) => more.includes(name)));
  assert.ok(names.every((name) => goesFirst(parseWave('100%'), name, 'api:production')));
  assert.ok(!names.some((name) => goesFirst(parseWave('0%:1h'), name, 'api:production')));
  assert.deepEqual(parseWave('2.5%:90s'), { share: 0.025, delay: 90_000 });
  for (const text of ['10', '101%', '10%:', '10%:soon', '-1%', '']) {
    assert.throws(() => parseWave(text), { code: 'USAGE' }, text);
  }
});

/** A canary and a host that waits, in one fleet, both with a first release. */
async function twoHosts(t: { after(work: () => unknown): void }) {
  const bucket = memoryBucket();
  const hosts = [await watchHost(t, canary, bucket), await watchHost(t, late, bucket)] as const;
  const one = await hosts[0].release('one');
  const agents = [
    await hosts[0].start({ wave: tenth }),
    await hosts[1].start({ wave: tenth }),
  ] as const;
  for (const { follower } of agents) assert.equal(await follower.step(), undefined);
  const pass = async (minutes: number) => hosts[1].clock.sleep(minutes * minute);
  return { hosts, agents, one, pass };
}

test('a host that runs nothing yet does not wait', async (t) => {
  const { agents, one } = await twoHosts(t);
  assert.deepEqual(
    agents.map(({ state }) => state().current?.digest),
    [one, one],
  );
});

test('the first ones take a release at once, the others after the delay', async (t) => {
  const { hosts, agents, one, pass } = await twoHosts(t);
  const two = await hosts[0].release('two');
  for (const { follower } of agents) await follower.step();
  assert.deepEqual(
    agents.map(({ state }) => state().current?.digest),
    [two, one],
  );
  assert.equal(agents[1].follower.activity, 'waiting');
  await pass(29);
  await agents[1].follower.step();
  assert.equal(agents[1].state().current?.digest, one);
  await pass(2);
  await agents[1].follower.step();
  assert.equal(agents[1].state().current?.digest, two);
  assert.equal(agents[1].state().wave, undefined);
});

test('a restart does not begin the delay anew, nor does a clock that jumps end it', async (t) => {
  const { hosts, agents, one, pass } = await twoHosts(t);
  const two = await hosts[0].release('two');
  await agents[1].follower.step();
  await pass(20);
  hosts[1].clock.skew = -10 * 3600_000;
  const again = await hosts[1].start({ wave: tenth });
  await again.follower.step();
  assert.equal(again.state().current?.digest, one);
  hosts[1].clock.skew = 0;
  const third = await hosts[1].start({ wave: tenth });
  await third.follower.step();
  await pass(11);
  hosts[1].clock.skew = -10 * 3600_000;
  await third.follower.step();
  assert.equal(third.state().current?.digest, two);
});

test('a release that failed on the first ones is held on the others, until the tag moves', async (t) => {
  const { hosts, agents, one, pass } = await twoHosts(t);
  const bad = await hosts[0].release('bad');
  hosts[0].bad.add(bad);
  for (const { follower } of agents) await follower.step();
  await agents[0].heart.once();
  await pass(31);
  for (let look = 0; look < 3; look++) await agents[1].follower.step();
  const { current, wave } = agents[1].state();
  assert.equal(current?.digest, one);
  assert.match(wave?.held ?? '', new RegExp(`It failed on ${canary}: It is not healthy`));
  assert.equal(hosts[1].events().filter((event) => event === 'held').length, 1);
  assert.ok(!(await hosts[1].hooks()).some(({ digest }) => digest === bad));

  const good = await hosts[0].release('good');
  for (const { follower } of agents) await follower.step();
  await agents[0].heart.once();
  await pass(31);
  await agents[1].follower.step();
  assert.deepEqual(
    agents.map(({ state }) => state().current?.digest),
    [good, good],
  );
});
