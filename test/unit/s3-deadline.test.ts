import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { tryLimit, withDeadline } from '../../shared/bucket/s3/deadline.ts';
import { heapUsed } from '../support/heap.ts';

/** Work that never ends by itself, as a body that trickles. */
const endless = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')));
  });

suite('one try of a request', () => {
  test('ends when its time is over', async () => {
    const late = withDeadline(20, undefined, ({ http }) => endless(http.abortSignal));
    await assert.rejects(late, { name: 'TimeoutError', message: /longer than 0 s/ });
  });

  test('leaves nothing behind at a signal that lives as long as the program', async () => {
    const { signal } = new AbortController();
    const tries = async (number: number) => {
      for (let count = 0; count < number; count++) {
        await withDeadline(60_000, signal, async ({ http }) => {
          http.abortSignal.addEventListener('abort', () => {});
        });
      }
      return heapUsed();
    };
    const before = await tries(100);
    const grown = (await tries(5_000)) - before;
    assert.ok(grown < 1_000_000, `${grown} bytes`);
  });

  test('has the time that it is allowed anew, in place of the first', async () => {
    const began = performance.now();
    const late = withDeadline(60_000, undefined, ({ http, allow }) => {
      allow(30);
      return endless(http.abortSignal);
    });
    await assert.rejects(late, { name: 'TimeoutError' });
    assert.ok(performance.now() - began < 10_000);
    const longer = withDeadline(1, undefined, async ({ http, allow }) => {
      allow(60_000);
      await new Promise((resolve) => setTimeout(resolve, 30));
      return http.abortSignal.aborted;
    });
    assert.equal(await longer, false);
  });

  test('fails as it does itself, in time or interrupted', async () => {
    const failed = withDeadline(60_000, undefined, async () => {
      throw new Error('its own');
    });
    await assert.rejects(failed, /its own/);
    const controller = new AbortController();
    const ended = withDeadline(60_000, controller.signal, ({ http }) => endless(http.abortSignal));
    controller.abort();
    await assert.rejects(ended, { name: 'AbortError' });
  });

  test('ends also while it waits for something that heeds no signal', async () => {
    const deaf = () => new Promise<never>(() => {});
    await assert.rejects(withDeadline(20, undefined, deaf), { name: 'TimeoutError' });
    const controller = new AbortController();
    const interrupted = withDeadline(60_000, controller.signal, deaf);
    controller.abort();
    await assert.rejects(interrupted, { name: 'AbortError' });
    await assert.rejects(withDeadline(60_000, controller.signal, deaf), { name: 'AbortError' });
  });

  test('is bounded by what it moves', () => {
    assert.equal(tryLimit(0), 120_000);
    assert.equal(tryLimit(8 * 1024 * 1024), 632_000);
  });
});
