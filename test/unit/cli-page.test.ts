import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

test('each example of the command line page is of the program and command it stands under', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/cli.md'), 'utf8');
  const sections = page.split(/^### (?=wherry)/m).slice(1);
  const found = sections.flatMap((section) => {
    const name = section.slice(0, section.indexOf('\n'));
    const [, examples = ''] = /^```sh\n(.*?)\n```$/ms.exec(section) ?? [];
    return examples
      .split('\n')
      .filter((line) => /\bwherry\b/.test(line))
      .map((line) => ({ line, fits: new RegExp(`(?:^|[ (])${name}(?: |\\)|$)`).test(line) }));
  });
  assert.ok(found.length > 30, `${found.length} examples`);
  assert.deepEqual(
    found.filter(({ fits }) => !fits).map(({ line }) => line),
    [],
  );
});
