import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { suite, test } from 'node:test';
import { agent } from '../../agent/program.ts';
import { wherry } from '../../cli/program.ts';
import { parseCommandLine } from '../../shared/command/program.ts';

const root = join(import.meta.dirname, '../..');
const readme = await readFile(join(root, 'README.md'), 'utf8');

suite('the README', () => {
  test('every wherry command in it is a command line', async () => {
    const withoutPicture = readme.replace(/```\n.*?```/s, '');
    const command =
      /\b(wherry(?:-agent)?) ((?:push|pull|save|load|ls|inspect|serve|promote|history|rollback|rm|config|watch|fleet|template|doctor) [^`\n|\\>]*)/g;
    const lines = [...withoutPicture.matchAll(command)];
    assert.ok(lines.length >= 12);
    for (const [line, name, args = ''] of lines) {
      const program = name === 'wherry' ? wherry : agent;
      const said: string[] = [];
      const output = { out: () => {}, error: (words: string) => said.push(words), columns: 80 };
      const parsed = await parseCommandLine(program, args.trim().split(/\s+/), {}, output);
      assert.equal(typeof parsed, 'object', `${line}: ${said}`);
    }
  });

  test('every link of it and of the docs leads somewhere', async () => {
    const pages = ['README.md', ...globSync('{docs,test}/**/*.md', { cwd: root })];
    const lost: string[] = [];
    for (const page of pages) {
      const text = await readFile(join(root, page), 'utf8');
      for (const [, path = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)) {
        await access(join(root, dirname(page), path)).catch(() => lost.push(`${page}: ${path}`));
      }
    }
    assert.ok(pages.length > 60, `${pages.length}`);
    assert.deepEqual(lost, []);
  });
});
