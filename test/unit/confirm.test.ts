import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { suite, test } from 'node:test';
import { confirm } from '../../shared/command/confirm.ts';
import type { CommandContext } from '../../shared/command/spec.ts';
import type { ProgressEvent } from '../../shared/events.ts';

function terminal({ isTTY = true } = {}) {
  const events: ProgressEvent[] = [];
  const stop = new AbortController();
  const stdin = Object.assign(new PassThrough(), { isTTY });
  const stderr = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY });
  const context: CommandContext = {
    program: 'wherry',
    version: '0',
    env: {},
    stdin,
    stdout: new PassThrough(),
    stderr,
    report: (event) => events.push(event),
    signal: stop.signal,
    kill: () => {},
  };
  return { context, events, stdin, stop, shown: () => `${stderr.read() ?? ''}` };
}

suite('what moves or removes something asks first', () => {
  for (const answer of ['y', 'yes', ' Y ']) {
    test(`"${answer}" is yes`, async () => {
      const { context, stdin, shown } = terminal();
      stdin.write(`${answer}\n`);
      await confirm('The plan.', 'Promote?', {}, context);
      assert.equal(shown(), 'The plan.\nPromote? [y/N] ');
    });
  }

  for (const answer of ['', 'n', 'yesterday']) {
    test(`"${answer}" is no`, async () => {
      const { context, stdin } = terminal();
      stdin.write(`${answer}\n`);
      await assert.rejects(confirm('The plan.', 'Promote?', {}, context), { code: 'FAILED' });
    });
  }

  test('the end of the input is no', async () => {
    const { context, stdin } = terminal();
    stdin.end();
    await assert.rejects(confirm('The plan.', 'Promote?', {}, context), { code: 'FAILED' });
  });

  test('an interrupt ends the question', async () => {
    const { context, stop } = terminal();
    const asked = confirm('The plan.', 'Promote?', {}, context);
    stop.abort();
    await assert.rejects(asked, { code: 'INTERRUPTED' });
  });

  test('--yes answers, and the plan is told', async () => {
    const { context, events } = terminal({ isTTY: false });
    await confirm('The plan.', 'Promote?', { yes: true }, context);
    assert.deepEqual(events, [{ type: 'notice', text: 'The plan.' }]);
  });

  test('where nobody can be asked, the plan is shown and nothing is done', async () => {
    const { context, shown } = terminal({ isTTY: false });
    await assert.rejects(confirm('The plan.', 'Promote?', {}, context), { code: 'USAGE' });
    assert.equal(shown(), 'The plan.\n');
  });
});
