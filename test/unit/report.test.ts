import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { suite, test } from 'node:test';
import { WherryError } from '../../shared/error.ts';
import { renderError } from '../../shared/report/error.ts';
import {
  formatAge,
  formatBytes,
  formatSeconds,
  formatTable,
  printable,
} from '../../shared/report/format.ts';
import { createReporter } from '../../shared/report/reporter.ts';

function screen(options: { isTTY?: boolean; columns?: number } = {}) {
  let written = '';
  const stream = Object.assign(
    new Writable({
      write(piece, _encoding, done) {
        written += piece;
        done();
      },
    }),
    options,
  );
  return { stream, text: () => written };
}

suite('formats', () => {
  test('bytes, in decimal units', () => {
    const cases: [number, string][] = [
      [0, '0 B'],
      [999, '999 B'],
      [1000, '1.00 kB'],
      [9_994, '9.99 kB'],
      [9_996, '10.0 kB'],
      [999_499, '999 kB'],
      [999_500, '1.00 MB'],
      [7_353_215, '7.35 MB'],
      [5e12, '5.00 TB'],
    ];
    for (const [bytes, text] of cases) assert.equal(formatBytes(bytes), text);
  });

  test('times', () => {
    assert.equal(formatSeconds(1.26), '1.3s');
    assert.equal(formatSeconds(125.4), '2m05s');
    const now = Date.parse('2026-06-01T00:00:00Z');
    const ages: [string, string][] = [
      ['2026-05-31T23:59:59Z', '1 second ago'],
      ['2026-05-31T21:00:00Z', '3 hours ago'],
      ['2026-05-01T00:00:00Z', '1 month ago'],
      ['2026-06-02T00:00:00Z', '0 seconds ago'],
      ['soon', 'soon'],
    ];
    for (const [time, text] of ages) assert.equal(formatAge(time, now), text);
  });

  test('tables', () => {
    assert.equal(
      formatTable([
        ['A', 'LONG'],
        ['wide', 'x'],
      ]),
      'A      LONG\nwide   x',
    );
    assert.equal(formatTable([['  a\r\n\tb', 'ü\u001b[2J']]), '  a b   ü\\u001b[2J');
  });
});

test('nothing that is shown steers the terminal, whoever wrote it', () => {
  const hostile = 'a\u001b]0;b\u0007\rc\u007f\u009b2J\u202ed\te\nf';
  const shown = 'a\\u001b]0;b\\u0007\\u000dc\\u007f\\u009b2J\\u202ed\te\nf';
  assert.equal(printable(hostile), shown);
  const { stream, text } = screen();
  createReporter({ stream, level: 'info', color: false }).report({ type: 'notice', text: hostile });
  assert.equal(text(), `${shown}\n`);
  const cause = new Error(hostile);
  const error = new WherryError('FAILED', hostile, { side: 'store', hint: hostile, cause });
  for (const debug of [false, true]) {
    assert.doesNotMatch(renderError(error, { debug, color: false }), /(?![\t\n])[\p{Cc}\u202e]/u);
  }
});

test('a line of a log steers no terminal either, and as JSON is the same text', () => {
  const hostile = 'a\u001b[2J\u009b2J\u202eb';
  for (const json of [false, true]) {
    const { stream, text } = screen();
    const log = { json, journal: false };
    const { report } = createReporter({ stream, level: 'info', color: false, log });
    report({ type: 'log', level: 'info', event: 'hook-output', fields: { text: hostile } });
    assert.doesNotMatch(text(), /(?!\n)[\p{Cc}\p{Bidi_Control}]/u);
    if (json) assert.equal(JSON.parse(text()).text, hostile);
    else assert.match(text(), /text="a\\u001b\[2J\\u009b2J\\u202eb"\n$/);
  }
});

suite('progress', () => {
  const total = { type: 'total' as const, bytes: 100e6 };
  const progress = { type: 'progress' as const, done: 50e6, wire: 10e6 };

  test('is a bar on a terminal, which goes away', () => {
    const { stream, text } = screen({ isTTY: true, columns: 100 });
    const reporter = createReporter({ stream, level: 'info', color: false });
    reporter.report(total);
    reporter.report(progress);
    assert.match(text(), /█{6,}░{6,} 50\.0 MB of 100 MB, 10\.0 MB on the wire/);
    reporter.clear();
    assert.ok(text().endsWith('\r\u001b[2K'));
  });

  test('fits a narrow terminal, and is in colour only where that is wanted', () => {
    const { stream, text } = screen({ isTTY: true, columns: 30 });
    const reporter = createReporter({ stream, level: 'info', color: true });
    reporter.report(total);
    reporter.report(progress);
    const line = text().slice('\r\u001b[2K'.length);
    assert.ok(line.length < 30, line);
  });

  test('is plain lines elsewhere: stages at once, progress only every few seconds', (t) => {
    t.mock.timers.enable({ apis: ['Date'] });
    const { stream, text } = screen();
    const { report } = createReporter({ stream, level: 'info', color: false });
    report({ type: 'stage', text: 'Exporting' });
    report(total);
    report(progress);
    assert.equal(text(), 'Exporting\n');
    t.mock.timers.tick(5_000);
    report(progress);
    report(progress);
    assert.equal(text(), 'Exporting\nExporting: 50.0 MB of 100 MB, 10.0 MB on the wire, 5.0s\n');
  });

  test('is nothing with --quiet', () => {
    const { stream, text } = screen({ isTTY: true });
    const { report } = createReporter({ stream, level: 'error', color: false });
    report({ type: 'stage', text: 'Exporting' });
    report(progress);
    assert.equal(text(), '');
  });
});

test('an error is what failed and on which side, and what to do', () => {
  const error = new WherryError('NOT_FOUND', 'There is no app:1.', {
    side: 'store',
    hint: 'See wherry ls.',
    cause: new Error('the cause'),
  });
  const plain = { debug: false, color: false };
  assert.equal(renderError(error, plain), 'error (store): There is no app:1.\n  See wherry ls.');
  assert.match(renderError(error, { debug: true, color: false }), /the cause\n\s+at /);
  assert.ok(renderError(error, { debug: false, color: true }).startsWith('\u001b[31merror'));
  assert.match(renderError(new TypeError('x is not a function'), plain), /report it/);
});
