import assert from 'node:assert/strict';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { freshFolder } from '../../build/fresh-folder.ts';
import { tempFolder } from '../support/temp.ts';

test('a build empties only what is below dist', async (t) => {
  const folder = await tempFolder(t);
  await freshFolder(join(folder, 'new/one'));
  await writeFile(join(folder, 'notes'), 'mine');
  await assert.rejects(freshFolder(folder), /is not empty/);
  assert.deepEqual((await readdir(folder)).sort(), ['new', 'notes']);
  await assert.rejects(freshFolder(join(import.meta.dirname, '../../dist')), /is not empty/);

  const own = join(import.meta.dirname, '../../dist', `test-${process.pid}`);
  t.after(() => rm(own, { recursive: true, force: true }));
  await mkdir(own, { recursive: true });
  await writeFile(join(own, 'old'), '');
  await freshFolder(own);
  assert.deepEqual(await readdir(own), []);
});
