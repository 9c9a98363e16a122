import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { findingCodes } from '../../shared/doctor/codes.ts';

const docs = join(import.meta.dirname, '../../docs');
const index = await readFile(join(docs, 'doctor.md'), 'utf8');

test('every code has a page, in the order of the codes in the index, and there are no others', async () => {
  const listed = [...index.matchAll(/^\| \[(\w+)\]\(doctor\/\1\.md\) \| .+ \|$/gm)];
  assert.deepEqual(
    listed.map(([, code]) => code),
    findingCodes,
  );
  const pages = (await readdir(join(docs, 'doctor'))).sort();
  assert.deepEqual(pages, findingCodes.map((code) => `${code}.md`).sort());
});

test('every page says what it means, how to see it, and what to do; its links lead somewhere', async () => {
  for (const code of findingCodes) {
    const path = join(docs, 'doctor', `${code}.md`);
    const text = await readFile(path, 'utf8');
    const parts = text.split(/^## .*$/m);
    assert.match(parts[0] ?? '', new RegExp(`^# ${code}\\n\\n\\w.*\\.\\n\\n$`), code);
    const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    const expected = ['What it means', 'How to see it by hand', 'What to do'];
    assert.deepEqual(headings.slice(0, 3), expected, code);
    for (const part of parts.slice(1)) assert.ok(part.trim().length > 5, code);
    for (const [, to = ''] of text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
      await readFile(join(dirname(path), to));
    }
  }
});
