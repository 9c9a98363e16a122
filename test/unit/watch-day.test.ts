import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WherryError } from '../../shared/error.ts';
import { heapUsed } from '../support/heap.ts';
import { watchHost } from '../support/watch-host.ts';

const minute = 60_000;
const hour = 60 * minute;

/** Mulberry32: the same day each time. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

test('a day with outages, restarts and kills: no change missed, requests as polling costs, memory flat', async (t) => {
  const random = generator(20261123);
  const host = await watchHost(t);
  const { clock } = host;
  clock.loops = 2;
  const within = (time: number, spans: [number, number][]) =>
    spans.some(([from, to]) => time >= from && time < to);
  const outages: [number, number][] = [
    [2 * hour, 2.5 * hour],
    [9 * hour, 12 * hour],
    [20 * hour, 20.1 * hour],
  ];
  const restarts: [number, number][] = Array.from({ length: 12 }, (_, index) => {
    const from = (index * 2 + 0.7) * hour;
    return [from, from + minute];
  });
  const jumps = [-3 * hour, 40 * 24 * hour, 0];

  const releases: { digest: string; from: number; to: number; bad: boolean }[] = [];
  const release = async (number: number) => {
    const bad = number % 4 === 3;
    const digest = await host.release(`release ${number}`);
    if (bad) host.bad.add(digest);
    const last = releases.at(-1);
    if (last) last.to = clock.now();
    releases.push({ digest, from: clock.now(), to: 24 * hour, bad });
  };
  let time = 0;
  for (let number = 0; time < 23.5 * hour; number++) {
    const now = number;
    clock.at(time, () => release(now));
    time += (10 + 60 * random()) * minute;
  }
  for (const [index, skew] of jumps.entries()) {
    clock.at((5 + index * 6) * hour, () => {
      clock.skew = skew;
    });
  }

  const requests = { all: 0, polls: 0, beats: 0 };
  let kills = 0;
  const heaps: number[] = [];
  let over = false;
  const ended = Promise.withResolvers<void>();
  clock.at(24 * hour, () => {
    over = true;
    ended.resolve();
  });
  for (const at of [3, 24]) {
    clock.at(at * hour - 1, () => heaps.push(heapUsed()));
  }

  while (!over) {
    // One life: it ends at a request or a write, as a kill or a reboot would have it.
    const life = { left: kills < 40 ? 20 + Math.floor(random() * 250) : 1e9, dead: false };
    const killed = Promise.withResolvers<void>();
    host.around = async (what, work) => {
      if (life.dead || over) return new Promise<never>(() => {});
      if (--life.left <= 0) {
        if (random() < 0.5) await work();
        life.dead = true;
        killed.resolve();
        return new Promise<never>(() => {});
      }
      if (what.startsWith('bucket')) {
        requests.all++;
        if (what.startsWith('bucket get tags/')) requests.polls++;
        if (what.startsWith('bucket put fleet/')) requests.beats++;
        if (within(clock.now(), outages)) {
          throw new WherryError('UNAVAILABLE', 'S3 is away.', { side: 'store' });
        }
      }
      if (what.startsWith('engine') && within(clock.now(), restarts)) {
        throw new WherryError('NO_ENGINE', 'The engine restarts.', { side: 'engine' });
      }
      return work();
    };
    const { follower, heart } = await host.start();
    follower.run();
    heart.run();
    await Promise.race([killed.promise, ended.promise]);
    if (!over) kills++;
    clock.clear();
    // The log is the test's own, and would count as a leak.
    host.log.length = 0;
  }

  const hooks = await host.hooks();
  const open = releases.filter(({ from, to }) => {
    let up = 0;
    for (let at = from; at < to; at += minute) {
      up = within(at, outages) || within(at, restarts) ? 0 : up + 1;
      // An agent looks at most five minutes after S3 is back.
      if (up > 8) return true;
    }
    return false;
  });
  assert.ok(open.length > 20, `${open.length} of ${releases.length}`);
  for (const { digest, bad, from } of open) {
    const runs = hooks.filter((run) => run.digest === digest && run.reason === 'release');
    assert.ok(runs.length > 0, `the change at ${from / minute} min was missed`);
    if (bad) assert.ok(runs.length <= 3, `a bad release was tried ${runs.length} times`);
  }
  const good = releases.filter(({ bad, from }) => !bad && from < 23.5 * hour).at(-1);
  assert.equal(hooks.at(-1)?.digest, good?.digest);
  t.diagnostic(
    JSON.stringify({ releases: releases.length, open: open.length, kills, ...requests, heaps }),
  );
  assert.ok(kills > 20);
  // 2,880 looks of 30 s, and one at each start; fewer while S3 is away.
  assert.ok(requests.polls < 2880 * 1.03 + kills, `${requests.polls} looks`);
  assert.ok(requests.polls > 2300, `${requests.polls} looks`);
  assert.ok(requests.beats < 24 * 12 * 1.2 + 4 * releases.length + 2 * kills, `${requests.beats}`);
  const [early = 0, late = 0] = heaps;
  assert.ok(late - early < 3e6, `the heap grew by ${late - early} bytes in 21 hours`);
});
