import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { checkHealth, parseHealth, waitForHealth } from '../../agent/watch/health.ts';
import { digestOf } from '../../shared/digest.ts';
import type { EngineContainer } from '../../shared/engine/engine.ts';
import { WherryError } from '../../shared/error.ts';
import { memoryEngine } from '../support/memory-engine.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const image = digestOf(Buffer.from('image'));
const kill = (pid: number, signal: NodeJS.Signals) => process.kill(pid, signal);

async function check(
  text: string,
  container: () => Promise<EngineContainer | undefined> = async () => undefined,
) {
  const engine = { ...memoryEngine(), container };
  return checkHealth(parseHealth(text), image, { engine, env: { PATH: process.env.PATH }, kill });
}

test('a command is healthy when it exits with 0, and its last line tells why not', async () => {
  assert.deepEqual(await check('true'), { healthy: true });
  const { healthy, why } = await check('echo first; echo "no database" >&2; exit 7');
  assert.deepEqual([healthy, why], [false, 'it exited with 7: no database']);
});

test('a URL is healthy when it answers 2xx: no redirect, no error, no silence', async (t) => {
  let status = 204;
  const server = createServer((_, response) => {
    response.writeHead(status, { location: '/' }).end('x'.repeat(100_000));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  const url = `http://127.0.0.1:${port}/health`;
  assert.deepEqual(await check(url), { healthy: true });
  for (status of [302, 404, 500]) {
    assert.deepEqual(await check(url), { healthy: false, why: `it answers ${status}` });
  }
  await new Promise((resolve) => server.close(resolve));
  assert.match((await check(url)).why ?? '', /ECONNREFUSED/);
});

test('a container is healthy by its own check, and only when it is of the image', async () => {
  const container = { id: 'c', image, running: true, health: 'healthy' } as const;
  const cases: [EngineContainer | undefined, boolean, RegExp, boolean][] = [
    [container, true, /^$/, false],
    [undefined, false, /no container api/, false],
    [{ ...container, image: digestOf(Buffer.from('old')) }, false, /another image/, false],
    [{ ...container, health: 'starting' }, false, /starting/, false],
    [{ ...container, running: false }, false, /does not run/, false],
    [{ ...container, health: 'unhealthy', running: false }, false, /unhealthy/, false],
    [{ ...container, health: 'unhealthy' }, false, /unhealthy/, true],
    [{ ...container, health: 'none' }, false, /no HEALTHCHECK/, true],
  ];
  for (const [found, healthy, why, final] of cases) {
    const result = await check('container:api', async () => found);
    assert.equal(result.healthy, healthy);
    assert.match(result.why ?? '', why);
    assert.equal(result.final ?? false, final);
  }
  const away = async () => {
    throw new WherryError('NO_ENGINE', 'No engine answers.', { side: 'engine' });
  };
  assert.deepEqual(await check('container:api', away), {
    healthy: false,
    why: 'No engine answers.',
  });
});

test('health is waited for until it is there, cannot be, or the time is over', async () => {
  const clock = new VirtualClock();
  const { signal } = new AbortController();
  let looks = 0;
  const after = (number: number) => async () => ({ healthy: ++looks >= number });
  assert.deepEqual(await waitForHealth(after(4), 60_000, clock, signal), { healthy: true });
  assert.equal(clock.now(), 3_000);
  const never = await waitForHealth(
    async () => ({ healthy: false, why: 'no' }),
    10_000,
    clock,
    signal,
  );
  assert.deepEqual([never.why, clock.now()], ['no', 13_000]);
  looks = 0;
  const hopeless = async () => ({ healthy: ++looks < 0, final: true });
  await waitForHealth(hopeless, 10_000, clock, signal);
  assert.deepEqual([looks, clock.now()], [1, 13_000]);
});

test('what is none of the three is refused', () => {
  assert.deepEqual(parseHealth('curl -f localhost'), {
    kind: 'command',
    command: 'curl -f localhost',
  });
  for (const text of ['container:', 'http://', 'https://[']) {
    assert.throws(() => parseHealth(text), { code: 'USAGE' });
  }
});
