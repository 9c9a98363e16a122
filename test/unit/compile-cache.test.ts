import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempFolder } from '../support/temp.ts';

const script = `
  import { getCompileCacheDir } from 'node:module';
  import { keepCompiled } from '${join(import.meta.dirname, '../../shared/compile-cache.ts')}';
  await keepCompiled(process.env);
  console.log(getCompileCacheDir() ?? 'none');
`;

/** Where a program keeps what it compiled. */
function folderWith(env: Record<string, string>): string {
  const args = ['--input-type=module', '--eval', script];
  return spawnSync(process.execPath, args, { env, encoding: 'utf8' }).stdout.trim();
}

test('what is compiled is kept in memory, in a folder of the user alone', async (t) => {
  const folder = await tempFolder(t);
  const root = userInfo().uid === 0;
  const kept = folderWith({ XDG_RUNTIME_DIR: folder, TMPDIR: '/nowhere' });
  assert.ok(
    kept.startsWith(root ? '/run/wherry/compiled/' : join(folder, 'wherry/compiled')),
    kept,
  );
});

test('where Node was told a folder, that is the one', async (t) => {
  const folder = await tempFolder(t);
  const kept = folderWith({ NODE_COMPILE_CACHE: folder });
  assert.ok(kept.startsWith(folder), kept);
});

test('what is compiled does not go to the disk', { skip: userInfo().uid === 0 }, () => {
  assert.equal(folderWith({}), 'none');
});
