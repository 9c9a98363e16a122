import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type ErrorCode, WherryError } from '../../shared/error.ts';
import { type FailedTry, retry } from '../../shared/retry.ts';

const failure = (code: ErrorCode, retryAfter?: number) =>
  new WherryError(code, 'It failed.', { side: 'store', retryAfter });

/** Work that fails so many times, and counts. */
function failing(times: number, error: unknown) {
  const work = async () => {
    if (work.tries++ < times) throw error;
    return 'done';
  };
  work.tries = 0;
  return work;
}

suite('a retry', () => {
  const policy = { budget: 10_000, delay: 1, longest: 2 };

  for (const code of ['UNAVAILABLE', 'SLOW_DOWN'] as const) {
    test(`is made as often as it takes for ${code}`, async () => {
      const work = failing(12, failure(code));
      assert.equal(await retry(work, { policy }), 'done');
      assert.equal(work.tries, 13);
    });
  }

  test('is not made for what will not pass', async () => {
    for (const error of [failure('ACCESS_DENIED'), failure('CORRUPT'), new Error('a bug')]) {
      const work = failing(1, error);
      await assert.rejects(retry(work, { policy }), error);
      assert.equal(work.tries, 1);
    }
  });

  test('is made until the budget ends, which begins with the first failure', async () => {
    const began = performance.now();
    let firstFailure = 0;
    const error = failure('UNAVAILABLE');
    const work = async () => {
      if (firstFailure === 0) {
        await new Promise((resolve) => setTimeout(resolve, 150));
        firstFailure = performance.now();
      }
      throw error;
    };
    await assert.rejects(retry(work, { policy: { budget: 100, delay: 20, longest: 20 } }), error);
    const took = performance.now() - firstFailure;
    assert.ok(firstFailure - began >= 145 && took >= 98 && took < 1_000, `${took} ms`);
  });

  test('waits for as long as the server asks, but not beyond the budget', async () => {
    const pauses: number[] = [];
    const onRetry = ({ pause }: FailedTry) => pauses.push(pause);
    const asked = failing(1, failure('SLOW_DOWN', 60));
    await retry(asked, { policy, onRetry });
    assert.deepEqual(pauses, [60]);

    const tooMuch = failing(9, failure('SLOW_DOWN', 60_000));
    const short = { ...policy, budget: 50 };
    await assert.rejects(retry(tooMuch, { policy: short, onRetry }), { code: 'SLOW_DOWN' });
    assert.equal(pauses[1], 50);
    assert.equal(tooMuch.tries, 2);
  });

  test('has jitter, below a bound that doubles up to the longest', async () => {
    const pauses: number[] = [];
    await retry(failing(40, failure('UNAVAILABLE')), {
      policy: { budget: 10_000, delay: 1, longest: 8 },
      onRetry: ({ pause }) => pauses.push(pause),
    });
    assert.ok((pauses[0] ?? 9) <= 1 && (pauses[1] ?? 9) <= 2 && (pauses[2] ?? 9) <= 4);
    const late = pauses.slice(4);
    assert.ok(late.every((pause) => pause <= 8));
    assert.ok(late.some((pause) => pause > 4) && late.some((pause) => pause < 4));
  });

  test('ends at once when it is interrupted', async () => {
    const controller = new AbortController();
    const work = failing(9, failure('UNAVAILABLE', 60_000));
    const retried = retry(work, {
      policy: { ...policy, budget: 60_000 },
      signal: controller.signal,
      onRetry: () => controller.abort(),
    });
    await assert.rejects(retried, { code: 'INTERRUPTED' });
    assert.equal(work.tries, 1);
  });
});
