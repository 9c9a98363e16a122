import assert from 'node:assert/strict';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../agent/watch/clock.ts';
import { Heart } from '../../agent/watch/heart.ts';
import { Lifeline } from '../../agent/watch/lifeline.ts';
import { openNotifier } from '../../agent/watch/notify.ts';
import type { LogEntry } from '../../shared/events.ts';
import { formatLogEntry, isLogged } from '../../shared/report/log.ts';
import { tempFolder } from '../support/temp.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

test('heartbeats come at their interval, at once when asked for, and outlive failures', async () => {
  const clock = new VirtualClock();
  const times: number[] = [];
  const log: string[] = [];
  const done = Promise.withResolvers<void>();
  const heart = new Heart({
    clock,
    interval: 60_000,
    log: (level, event) => log.push(`${level} ${event}`),
    write: async () => {
      times.push(clock.now());
      if (times.length === 5) done.resolve();
      if (times.length > 1) throw new Error('S3 is away');
    },
  });
  heart.beat();
  heart.beat();
  const running = heart.run();
  await done.promise;
  heart.stop();
  await running;
  assert.equal(times[0], 0);
  for (const [index, time] of times.slice(1).entries()) {
    const pause = time - (times[index] ?? 0);
    assert.ok(pause >= 54_000 && pause <= 60_000, `${pause}`);
  }
  assert.deepEqual(log.slice(0, 3), [
    'warning no-heartbeat',
    'debug no-heartbeat',
    'debug no-heartbeat',
  ]);
});

test('the watchdog is content only while every loop makes progress', () => {
  const clock = new VirtualClock();
  const lifeline = new Lifeline(clock);
  assert.equal(lifeline.isAlive(), true);
  lifeline.expect('a', 0);
  lifeline.expect('b', 1_000);
  assert.equal(lifeline.isAlive(), true);
  lifeline.expect('a', -1);
  assert.equal(lifeline.isAlive(), false);
});

test('systemd is told what it asks for, and nothing where it does not ask', async (t) => {
  const folder = await tempFolder(t);
  const told = join(folder, 'told');
  await writeFile(
    join(folder, 'systemd-notify'),
    `#!/bin/sh\ntest "$1" = --no-block && shift && echo "$@" >> ${told}\n`,
  );
  await chmod(join(folder, 'systemd-notify'), 0o755);
  const env = {
    PATH: `${folder}:${process.env.PATH}`,
    NOTIFY_SOCKET: '/run/x',
    WATCHDOG_USEC: '20000',
  };
  const fail = (message: string) => assert.fail(message);
  const notifier = openNotifier(env, systemClock, fail);
  await notifier.ready();
  await notifier.status('Watching\napi:1');
  const controller = new AbortController();
  let asked = 0;
  const guarded = notifier.guard(() => {
    if (++asked === 4) controller.abort();
    return asked === 1;
  }, controller.signal);
  await guarded;
  await notifier.stopping();
  const lines = (await readFile(told, 'utf8')).trim().split('\n');
  assert.deepEqual(lines, ['READY=1', 'STATUS=Watching api:1', 'WATCHDOG=1', 'STOPPING=1']);

  const silent = openNotifier({ PATH: folder }, systemClock, fail);
  await silent.ready();
  await silent.guard(() => true, new AbortController().signal);
  assert.equal((await readFile(told, 'utf8')).trim().split('\n').length, 4);
});

test('a machine without systemd-notify is told of once, and harms nothing', async () => {
  const failures: string[] = [];
  const env = { PATH: '/nonexistent', NOTIFY_SOCKET: '/run/x' };
  const notifier = openNotifier(env, systemClock, (message) => failures.push(message));
  await notifier.ready();
  await notifier.stopping();
  assert.equal(failures.length, 1);
  assert.match(failures.join(), /systemd-notify/);
});

test('an entry of the log is one line, for people, for journald, and for programs', () => {
  const entry: LogEntry = {
    level: 'warning',
    event: 'trouble',
    fields: { image: 'api:1', failures: 2, error: 'it said "no"\nand more', none: undefined },
  };
  const now = new Date('2026-11-23T00:00:00Z');
  const format = (json: boolean, journal: boolean) => formatLogEntry(entry, now, { json, journal });
  const pairs = 'image=api:1 failures=2 error="it said \\"no\\"\\nand more"';
  assert.equal(format(false, false), `2026-11-23T00:00:00.000Z warning trouble ${pairs}`);
  assert.equal(format(false, true), `<4>trouble ${pairs}`);
  assert.match(format(true, true), /^<4>\{/);
  const { time, level, event, ...fields } = JSON.parse(format(true, false));
  assert.deepEqual([time, level, event], [now.toISOString(), 'warning', 'trouble']);
  assert.deepEqual(fields, { image: 'api:1', failures: 2, error: 'it said "no"\nand more' });
  assert.deepEqual(
    (['error', 'warning', 'info', 'debug'] as const).map((name) =>
      (['error', 'info', 'debug'] as const).map((least) =>
        isLogged({ ...entry, level: name }, least),
      ),
    ),
    [
      [true, true, true],
      [false, true, true],
      [false, true, true],
      [false, false, true],
    ],
  );
});
