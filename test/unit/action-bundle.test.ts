import assert from 'node:assert/strict';
import { cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { bundleAction } from '../../build/action/bundle.ts';
import { tempFolder } from '../support/temp.ts';

const root = join(import.meta.dirname, '../..');

suite("the Action's bundle", () => {
  test('is current', async () => {
    for (const [name, bytes] of Object.entries(await bundleAction())) {
      const committed = await readFile(join(root, 'dist', name));
      assert.ok(committed.equals(bytes), 'run npm run build:action');
    }
  });

  test('has the same bytes when it is built elsewhere', async (t) => {
    const folder = join(await tempFolder(t, 'elsewhere'), 'deep/down');
    await mkdir(folder, { recursive: true });
    for (const name of ['cli', 'shared', 'package.json', 'tsconfig.json']) {
      await cp(join(root, name), join(folder, name), { recursive: true });
    }
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    const [here, there] = [await bundleAction(), await bundleAction(folder)];
    assert.deepEqual(there, here);
    assert.ok(!here['action.mjs'].includes(root));
  });

  test('has nothing of the commands that it leaves out', async () => {
    const files = await bundleAction();
    assert.doesNotMatch(`${files['action-notices.txt']}`, /^yaml /m);
    assert.ok(!files['action.mjs'].includes('AWSTemplateFormatVersion'));
    assert.ok(!files['action.mjs'].includes('cloud-init'));
  });

  test('names the licences of all that is in it', async () => {
    const notices = `${(await bundleAction())['action-notices.txt']}`;
    for (const name of ['@aws-sdk/client-s3', 'commander', 'dockerode', 'tar-stream']) {
      assert.match(notices, new RegExp(`^${name} \\d.* \\(.*\\)$`, 'm'));
    }
    assert.ok(!notices.includes('AFFERO'));
  });
});
