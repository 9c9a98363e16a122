import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';

/** What each part may import, in the order in which data flows on a push: design, section 11. */
const allowed: Record<string, string[]> = {
  'shared/layer': ['shared'],
  'shared/image': ['shared'],
  'shared/engine': ['shared', 'shared/image'],
  'shared/archive': ['shared', 'shared/image'],
  'shared/bucket': ['shared'],
  'shared/store': ['shared', 'shared/bucket', 'shared/image', 'shared/layer'],
  'shared/transfer': [
    'shared',
    'shared/archive',
    'shared/bucket',
    'shared/engine',
    'shared/image',
    'shared/layer',
    'shared/store',
  ],
  'shared/doctor': [
    'shared',
    'shared/bucket',
    'shared/engine',
    'shared/image',
    'shared/report',
    'shared/store',
    'shared/transfer',
  ],
  'shared/report': ['shared'],
  'shared/command': [
    'shared',
    'shared/bucket',
    'shared/doctor',
    'shared/engine',
    'shared/image',
    'shared/report',
    'shared/store',
    'shared/transfer',
  ],
};

const root = join(import.meta.dirname, '../..');
const sources = globSync('{cli,agent,shared}/**/*.{ts,js}', { cwd: root });

interface Import {
  from: string;
  to: string;
}

/** Every import; and those without `import type` and `import()`, which are loaded with the file. */
const imports = await importsBy(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g);
const eager = await importsBy(/^(?:import|export)(?! type)[^;]*?\bfrom '([^']+)'/gms);

async function importsBy(pattern: RegExp): Promise<Import[]> {
  const found: Import[] = [];
  for (const from of sources) {
    const text = await readFile(join(root, from), 'utf8');
    for (const [, target = ''] of text.matchAll(pattern)) {
      const to = target.startsWith('.') ? normalize(join(dirname(from), target)) : target;
      found.push({ from, to });
    }
  }
  return found;
}

/** `shared/bucket` for `shared/bucket/s3/s3.ts`; `shared` for `shared/error.ts`. */
function partOf(file: string): string {
  const parts = dirname(file).split('/');
  return parts.slice(0, parts[0] === 'shared' ? 2 : 1).join('/');
}

function importersOf(pattern: RegExp): string[] {
  return [...new Set(imports.filter(({ to }) => pattern.test(to)).map(({ from }) => from))].sort();
}

test('there are imports to look at', () => {
  assert.ok(imports.length > 200, `${imports.length}`);
});

test('cli and agent never import each other, and shared imports neither', () => {
  const wrong = imports.filter(({ from, to }) => {
    const [a, b] = [partOf(from).split('/')[0], to.split('/')[0]];
    return a !== b && (b === 'cli' || b === 'agent');
  });
  assert.deepEqual(wrong, []);
});

test('inside shared, data flows one way', () => {
  const wrong = imports.filter(({ from, to }) => {
    const [a, b] = [partOf(from), partOf(to)];
    if (!from.startsWith('shared/') || !to.startsWith('shared/') || a === b) return false;
    return a === 'shared' || !allowed[a]?.includes(b);
  });
  assert.deepEqual(wrong, []);
});

test('no files import each other in a circle, not for types either', () => {
  const left = new Set(sources);
  const isFree = (file: string) => !imports.some(({ from, to }) => from === file && left.has(to));
  for (let free = sources.filter(isFree); free.length > 0; free = [...left].filter(isFree)) {
    for (const file of free) left.delete(file);
  }
  assert.deepEqual([...left], []);
});

test('the AWS SDK is imported in one place, and dockerode in one', () => {
  const places = importersOf(/^@(?:aws-sdk|smithy)\//).map(dirname);
  assert.deepEqual([...new Set(places)], ['shared/bucket/s3']);
  assert.deepEqual(importersOf(/^dockerode$/), ['shared/engine/docker.ts']);
});

test('what is published imports no package but those it is published with', async () => {
  const { dependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const ours = /^(?:(?:cli|agent|shared)\/|package\.json$|node:)/;
  const wrong = imports.filter(({ to }) => {
    const name = /^(?:@[\w-]+\/)?[\w-]+(?=\/|$)/.exec(to)?.[0];
    return name !== undefined && !ours.test(to) && !(name in dependencies);
  });
  assert.deepEqual(wrong, []);
});

test('one module knows the names of keys, one touches raw objects', async () => {
  assert.deepEqual(
    importersOf(/^shared\/store\/objects\.ts$/)
      .map(dirname)
      .filter((folder) => folder !== 'shared/store'),
    [],
  );
  for (const file of sources.filter((name) => /^shared\/(?!store\/keys\.ts)/.test(name))) {
    const text = await readFile(join(root, file), 'utf8');
    assert.doesNotMatch(
      text,
      /[`'](?:chunks|layers|blobs(?!\/sha256)|tags|history|fleet|agent)\//,
      file,
    );
  }
});

test('only the Action knows GitHub, but for whose run it is', async () => {
  const users: string[] = [];
  for (const file of sources) {
    const text = await readFile(join(root, file), 'utf8');
    if (!file.startsWith('cli/action/') && /\bGITHUB_|::(?:group|error|add-mask)/.test(text)) {
      users.push(file);
    }
  }
  assert.deepEqual(users, ['shared/command/author.ts']);
  assert.deepEqual(
    importersOf(/^cli\/action\//)
      .map(dirname)
      .filter((from) => from !== 'cli/action'),
    [],
  );
});

test('process and the console are for the entry points', async () => {
  const users: string[] = [];
  for (const file of sources) {
    const text = await readFile(join(root, file), 'utf8');
    if (/\bprocess\.[a-z]|\bconsole\.[a-z]|[(,] ?process\)/.test(text)) users.push(file);
  }
  assert.deepEqual(users.sort(), [
    'agent/main.ts',
    'cli/action/main.ts',
    'cli/main.ts',
    'shared/require-node.js',
  ]);
});

test('commands that need the SDK or dockerode load them when they run', () => {
  const seen = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { to } of eager.filter(({ from }) => from === file)) visit(to);
  };
  for (const program of ['cli', 'agent']) {
    for (const entry of ['main', 'program']) visit(`${program}/${entry}.ts`);
  }
  visit('shared/command/run.ts');
  const heavy = [...seen].filter((name) => /^@aws-sdk|^dockerode|^tar-stream|^yaml$/.test(name));
  assert.deepEqual(heavy, []);
  assert.ok(seen.has('commander'));
});
