import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { codeBlock, codeCell, plainText } from '../../cli/action/markdown.ts';
import { failureSummary, summaryOf } from '../../cli/action/summary.ts';
import { pushCommand } from '../../cli/commands/push.ts';

suite('the summary of a step', () => {
  test('shows text of any origin as text', () => {
    assert.equal(codeCell('a\nb <i>'), '`a b <i>`');
    assert.equal(
      plainText('a_b <i>\n# `c` [d](e) $f$ @g s3://h www.i'),
      'a&#95;b &#60;i&#62; &#35; &#96;c&#96; &#91;d&#93;(e) &#36;f&#36; &#64;g s3&#58;//h www&#46;i',
    );
    assert.equal(codeBlock('x ```` y'), '`````text\nx ```` y\n`````');
    assert.equal(codeCell('\u202e'), '<code>&#92;u202e</code>');
    assert.equal(plainText('\u202e'), '&#92;u202e');
    assert.equal(codeBlock('\u202e'), '```text\n\\u202e\n```');
  });

  const hostile = ['a|b', '`<img src=x>\\|', 'a\\|b', 'a` <b> `c', '\\'];
  for (const platform of hostile) {
    test(`has one cell for ${platform}`, () => {
      const json = { bytes: { image: 1 }, platform };
      const summary = summaryOf(pushCommand, { json, text: 'Pushed.' });
      const [, cell = ''] = /^\| Platforms \| (.*) \|$/m.exec(summary) ?? [];
      assert.match(cell, /^<code>[^<>|`\\]+<\/code>$/);
      const shown = cell
        .replace(/^<code>|<\/code>$/g, '')
        .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
      assert.equal(shown, platform);
    });
  }

  test('is never larger than GitHub takes, and says where it was cut', () => {
    const text = '\u20ac'.repeat(2 ** 20);
    for (const summary of [
      summaryOf(pushCommand, { json: [], text }),
      failureSummary('wherry ls failed', text),
    ]) {
      assert.ok(Buffer.byteLength(summary) < 2 ** 20);
      assert.match(summary, /\u20ac\n\u2026\n```\n\n$/);
    }
  });
});
