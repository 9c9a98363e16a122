import assert from 'node:assert/strict';
import { cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { bundleAction } from '../../build/action/bundle.ts';
import { tempFolder } from '../support/temp.ts';

const root = join(import.meta.dirname, '../..');

suite("the Action's bundle", () => {
  test('is current', async () => {
    const committed = await readFile(join(root, 'dist/action.mjs'));
    assert.ok(committed.equals(await bundleAction()), 'run npm run build:action');
  });

  test('has the same bytes when it is built elsewhere', async (t) => {
    const folder = join(await tempFolder(t, 'elsewhere'), 'deep/down');
    await mkdir(folder, { recursive: true });
    for (const name of ['cli', 'shared', 'package.json', 'tsconfig.json']) {
      await cp(join(root, name), join(folder, name), { recursive: true });
    }
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    const [here, there] = [await bundleAction(), await bundleAction(folder)];
    assert.ok(Buffer.from(there).equals(here));
    assert.ok(!Buffer.from(here).includes(root));
  });
});
