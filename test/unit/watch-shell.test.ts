import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { endLeftover, runShell } from '../../agent/watch/shell.ts';
import type { ChildProcessId } from '../../agent/watch/tag-state.ts';
import { tempFolder } from '../support/temp.ts';

const kill = (pid: number, signal: NodeJS.Signals) => process.kill(pid, signal);
const env = { PATH: process.env.PATH };

async function runIt(command: string, more: Partial<Parameters<typeof runShell>[0]> = {}) {
  const lines: string[] = [];
  const onLine = (line: string) => lines.push(line);
  const failed = await runShell({ command, env, timeout: 20_000, kill, onLine, ...more });
  return { failed, lines };
}

/** One that ended and that nobody has waited for yet, a zombie, does not live. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

test('a command tells what it prints, on either stream, and succeeds with 0', async () => {
  const { failed, lines } = await runIt('echo out; echo err >&2; printf last');
  assert.equal(failed, undefined);
  assert.deepEqual(lines.sort(), ['err', 'last', 'out']);
});

test('it may have quotes, variables and several lines, and has no input', async () => {
  const command = `x='a "b" $c'\necho "$x $GIVEN"\ncat`;
  const { failed, lines } = await runIt(command, { env: { ...env, GIVEN: '$(no)' } });
  assert.deepEqual([failed, lines], [undefined, ['a "b" $c $(no)']]);
});

test('its failure is told, by code and by signal', async () => {
  assert.equal((await runIt('exit 3')).failed, 'it exited with 3');
  assert.equal((await runIt('kill -9 $$')).failed, 'it was ended by SIGKILL');
});

test('one that hangs, and ignores being asked, is ended with all that it started', async () => {
  const started = performance.now();
  const command = 'trap "" TERM; sleep 1000 & echo $!; wait; sleep 1000';
  const { failed, lines } = await runIt(command, { timeout: 200 });
  assert.equal(failed, 'it took longer than 0.2 s');
  assert.ok(performance.now() - started < 15_000);
  assert.equal(isAlive(Number(lines[0])), false);
});

test('a daemon that it leaves behind keeps nobody waiting, and lives', async () => {
  const { failed, lines } = await runIt('sleep 1000 & echo $!');
  assert.equal(failed, undefined);
  const pid = Number(lines[0]);
  assert.equal(isAlive(pid), true);
  process.kill(pid, 'SIGKILL');
});

test('a line without an end takes no memory', async () => {
  const { lines } = await runIt("head -c 5000000 /dev/zero | tr '\\0' x; echo; echo end");
  assert.deepEqual(
    lines.map(({ length }) => length),
    [4096, 3],
  );
});

test('it does nothing before whoever started it has noted it', async (t) => {
  const mark = join(await tempFolder(t), 'mark');
  const onStart = () => Promise.reject(new Error('the disk is full'));
  await assert.rejects(runIt(`touch ${mark}`, { onStart }), /the disk is full/);
  await assert.rejects(readFile(mark), { code: 'ENOENT' });
});

test('what an agent that died left running is ended; a stranger with its number is not', async () => {
  const noted = Promise.withResolvers<ChildProcessId>();
  const onStart = async (child: ChildProcessId) => noted.resolve(child);
  const running = runIt('sleep 1000', { onStart });
  const child = await noted.promise;
  const spare = () => assert.fail('it is not ours to end');
  assert.equal(await endLeftover({ ...child, pid: process.pid }, spare), false);
  assert.equal(await endLeftover(child, kill), true);
  assert.equal((await running).failed, 'it was ended by SIGKILL');
  assert.equal(await endLeftover(child, kill), false);
});
