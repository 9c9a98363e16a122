import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingsText } from '../../shared/command/findings-text.ts';
import type { Check } from '../../shared/doctor/check.ts';
import { exitCodeOfFindings } from '../../shared/doctor/doctor.ts';
import { examine } from '../../shared/doctor/examine.ts';
import { type Finding, ok, problem, warning } from '../../shared/doctor/finding.ts';
import { type ProgressEvent, silent } from '../../shared/events.ts';

const signal = new AbortController().signal;

const check = (name: string, needs: string[], finding: Finding): Check => ({
  name,
  needs,
  limit: 5_000,
  run: async () => [finding],
});

const hangs = (name: string, limit: number): Check => ({
  name,
  needs: [],
  limit,
  run: () => new Promise(() => {}),
});

test('what needs a check that went wrong is skipped, and names the one at fault', async () => {
  const found = await examine(
    [
      check('a', [], problem('PORT_CLOSED', 'It is closed.', 'Open it.')),
      check('b', ['a'], ok('never')),
      check('c', ['b'], ok('never')),
      check('d', [], warning('PROXY_UNUSED', 'It is there.', 'Take it away.')),
      check('e', ['d'], ok('It is well.')),
    ],
    { report: silent, signal },
  );
  assert.deepEqual(
    found.map(({ check, level }) => `${check} ${level}`),
    ['a problem', 'b skipped', 'c skipped', 'd warning', 'e ok'],
  );
  assert.match(found[2]?.sentence ?? '', /"a" has to be well/);
  assert.equal(exitCodeOfFindings(found), 8);
});

test('a check that hangs is given up after its limit, and told of before', async () => {
  const events: ProgressEvent[] = [];
  const late = { ...hangs('slow', 1_200), late: 'ENGINE_DOWN' as const };
  const found = await examine([late, check('after', [], ok('It is well.'))], {
    report: (event) => events.push(event),
    signal,
  });
  assert.deepEqual(
    found.map(({ code }) => code),
    ['ENGINE_DOWN', 'OK'],
  );
  assert.deepEqual(events, [{ type: 'notice', text: 'Looking at "slow" …' }]);
});

test('when the time for all is over, what is left is skipped', async () => {
  const found = await examine([hangs('slow', 60_000), check('after', [], ok('never'))], {
    report: silent,
    signal,
    limit: 50,
  });
  assert.deepEqual(
    found.map(({ code }) => code),
    ['CHECK_LATE', 'SKIPPED'],
  );
  assert.match(found[1]?.sentence ?? '', /the time was over/);
});

test('what a check throws is a warning, and an interrupt ends all', async () => {
  const throws: Check = {
    ...hangs('broken', 1_000),
    run: () => Promise.reject(new TypeError('no such thing')),
  };
  const [finding] = await examine([throws], { report: silent, signal });
  assert.equal(finding?.code, 'CHECK_FAILED');
  assert.match(finding?.sentence ?? '', /no such thing/);
  const interrupt = new AbortController();
  const ended = examine([hangs('slow', 60_000)], { report: silent, signal: interrupt.signal });
  interrupt.abort();
  await assert.rejects(ended, { code: 'INTERRUPTED' });
});

test('a line a finding, then the remedies; colour only where it is wanted', () => {
  const findings = [
    { check: 'name', ...ok('It is known.') },
    { check: 'route', ...problem('PORT_CLOSED', 'It is closed.', 'Open it.') },
  ];
  assert.equal(
    findingsText(findings, false),
    [
      '✓ name   It is known.',
      '✗ route  It is closed.',
      '',
      '✗ PORT_CLOSED: It is closed.',
      '  Open it.',
      '  See docs/doctor/PORT_CLOSED.md.',
    ].join('\n'),
  );
  assert.ok(findingsText(findings, true).includes('\u001b[31m✗\u001b[0m route'));
  assert.match(findingsText([findings[0] as never], false), /\n\nAll is well\.$/);
  const foreign = { check: 'name', ...problem('PORT_CLOSED', 'a\u001b[2J', 'b\u202e') };
  const text = findingsText([foreign], false);
  assert.ok(text.includes('a\\u001b[2J\n  b\\u202e\n'), text);
});
