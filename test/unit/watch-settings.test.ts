import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pauseAfter } from '../../agent/watch/pace.ts';
import { readSettings } from '../../agent/watch/settings.ts';
import { parseDuration } from '../../shared/duration.ts';
import { type Cleanup, tempFolder } from '../support/temp.ts';

async function configFile(t: Cleanup, content: unknown): Promise<string> {
  const path = join(await tempFolder(t), 'agent.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

test('what is not given has a default', async () => {
  const settings = await readSettings(['api', 'docker.io/library/api:latest'], { once: true });
  const [tag] = settings.tags;
  assert.equal(settings.tags.length, 1);
  assert.deepEqual(tag, {
    tag: { repository: 'api', tag: 'latest' },
    interval: 30_000,
    hook: undefined,
    health: undefined,
    keep: 2,
    wave: undefined,
  });
  assert.equal(settings.heartbeat, 300_000);
  assert.equal(settings.state, '/var/lib/wherry-agent/state.json');
  assert.equal(settings.host, hostname());
  assert.equal(settings.once, true);
});

test("the command line goes before an image's own options, and these before those of all", async (t) => {
  const config = await configFile(t, {
    store: 's3://images',
    interval: '1m',
    keep: 5,
    'on-change': 'all',
    host: 'a/b c',
    images: { 'api:1': { 'on-change': 'own', interval: '2m' }, 'web:1': {} },
  });
  const { tags, host, options } = await readSettings([], { config, interval: '3m' });
  assert.deepEqual(
    tags.map(({ tag, interval, keep, hook }) => [tag.repository, interval, keep, hook?.command]),
    [
      ['api', 180_000, 5, 'own'],
      ['web', 180_000, 5, 'all'],
    ],
  );
  assert.equal(host, 'a-b-c');
  assert.equal(options.store, 's3://images');
  const named = await readSettings(['api:1'], { config, store: 's3://other' });
  assert.deepEqual(
    named.tags.map(({ interval }) => interval),
    [120_000],
  );
  assert.equal(named.options.store, 's3://other');
});

test('what makes no sense is told', async (t) => {
  const cases: [string[], Record<string, string>, RegExp][] = [
    [[], {}, /No image is given/],
    [['api'], { interval: 'often' }, /"often" is not a length of time/],
    [['api'], { interval: '1ms' }, /--interval is too short/],
    [['api'], { keep: 'all' }, /"all" is no number for --keep/],
    [['api'], { host: '..' }, /is no name for a host/],
    [['api'], { config: '/nonexistent' }, /cannot be read/],
    [['api'], { config: await configFile(t, 'x') }, /cannot be read/],
    [['api'], { config: await configFile(t, []) }, /is not a JSON object/],
    [['api'], { config: await configFile(t, { images: [] }) }, /"images" that are not an object/],
    [['api'], { config: await configFile(t, { images: { a: 1 } }) }, /an image that is not/],
    [
      ['api'],
      { config: await configFile(t, { onChange: 'x' }) },
      /has "onChange", which is none of/,
    ],
    [['api'], { config: await configFile(t, { keep: [1] }) }, /a "keep" of no use/],
  ];
  for (const [names, options, message] of cases) {
    await assert.rejects(readSettings(names, options), { code: 'USAGE', message });
  }
});

test('lengths of time', () => {
  assert.deepEqual(
    ['250ms', '1.5s', '30s', '10m', '24h', '7d'].map(parseDuration),
    [250, 1_500, 30_000, 600_000, 86_400_000, 604_800_000],
  );
  for (const text of ['', '30', 's', '-1s', '1e3s', '25d', '1 m', '∞h']) {
    assert.throws(() => parseDuration(text), { code: 'USAGE' }, text);
  }
});

test('looks are spread around the interval; after failures soon, then ever more slowly', () => {
  const least = () => 0;
  const most = () => 1;
  assert.equal(Math.round(pauseAfter(0, 30_000, least)), 27_000);
  assert.equal(Math.round(pauseAfter(0, 30_000, most)), 33_000);
  const middle = (failures: number, interval: number) =>
    Math.round(pauseAfter(failures, interval, () => 0.5) / 1000);
  const pauses = [1, 2, 3, 4, 5, 6, 7, 8, 1000].map((failures) => middle(failures, 30_000));
  assert.deepEqual(pauses, [5, 10, 20, 40, 80, 160, 300, 300, 300]);
  assert.equal(middle(1, 1_000), 1);
  assert.equal(middle(1000, 3_600_000), 3_600);
});
