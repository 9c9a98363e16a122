import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { takeLock, withLock } from '../../shared/lock.ts';
import { tempFolder } from '../support/temp.ts';

const lockIn = async (t: TestContext) => join(await tempFolder(t), 'the.lock');

/** Another process, once it has the lock. */
async function holderOf(t: TestContext, file: string) {
  const script = `
    import { takeLock } from '${import.meta.dirname}/../../shared/lock.ts';
    await takeLock(process.argv[1], {});
    process.stdout.write('held');
    setInterval(() => {}, 1000);`;
  const args = ['--input-type=module-typescript', '--eval', script, file];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const end = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  t.after(end);
  await once(child.stdout, 'data');
  return { end };
}

test('in one process they go one at a time, in the order in which they came', async (t) => {
  const file = await lockIn(t);
  const log: string[] = [];
  const work = (name: string) => async () => {
    log.push(`${name} begins`);
    await new Promise((resolve) => setImmediate(resolve));
    log.push(`${name} ends`);
  };
  await Promise.all(['a', 'b', 'c'].map((name) => withLock(file, work(name))));
  assert.equal(log.join(), 'a begins,a ends,b begins,b ends,c begins,c ends');
});

test('work that fails gives the lock back', async (t) => {
  const file = await lockIn(t);
  const failed = withLock(file, () => Promise.reject(new Error('no')));
  await assert.rejects(failed, /no/);
  assert.equal(await withLock(file, async () => 'yes', { patience: 0 }), 'yes');
});

test('another process is waited for, told once, and a dead one holds nothing', async (t) => {
  const file = await lockIn(t);
  const holder = await holderOf(t, file);
  const told: string[] = [];
  const waiting = Promise.withResolvers<void>();
  const taken = takeLock(file, {
    onWait: () => {
      told.push('waits');
      waiting.resolve();
    },
  });
  await waiting.promise;
  await holder.end();
  (await taken)();
  assert.deepEqual(told, ['waits']);
});

test('nobody is told to wait for a lock that is free', async (t) => {
  const file = await lockIn(t);
  const onWait = () => assert.fail('there is nobody to wait for');
  await withLock(file, async () => {}, { onWait });
  await withLock(file, async () => {}, { onWait });
});

test('patience ends', async (t) => {
  const file = await lockIn(t);
  await holderOf(t, file);
  const never = withLock(file, () => assert.fail('it is locked'), { patience: 20 });
  await assert.rejects(never, { code: 'UNAVAILABLE' });
});

for (const where of ['another process', 'this process'] as const) {
  test(`a signal ends the waiting for ${where}`, async (t) => {
    const file = await lockIn(t);
    if (where === 'another process') await holderOf(t, file);
    else t.after(await takeLock(file, {}));
    const abort = new AbortController();
    const onWait = () => setImmediate(() => abort.abort());
    const never = takeLock(file, { onWait, signal: abort.signal });
    await assert.rejects(never, { code: 'INTERRUPTED' });
  });
}
