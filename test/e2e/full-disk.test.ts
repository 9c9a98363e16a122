import assert from 'node:assert/strict';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openFolderBucket } from '../../shared/bucket/folder/folder.ts';
import { buildImage } from '../support/image/build.ts';
import { bytesOf } from '../support/image/bytes.ts';
import { writeLayout } from '../support/image/layouts.ts';
import { randomBytes } from '../support/image/random.ts';
import { run } from '../support/program.ts';
import { smallDisk } from '../support/small-disk.ts';

const image = await buildImage({
  layers: [[{ name: 'random', content: randomBytes(12_000_000, 9) }]],
});
const archive = await bytesOf(await writeLayout({ image, references: ['api:1'] }, 'oci'));
const push = (store: string) =>
  run('wherry', ['push', 'api:1', '--input', '-', '--store', store], { stdin: archive });
const pull = (store: string) => run('wherry', ['pull', 'api:1', '--output', '-', '--store', store]);

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

test('a disk that fills up: NO_SPACE, nothing half-written, and the next push has room', async (t) => {
  const disk = await smallDisk(t, 'size=16m');
  if (!disk) return;
  const store = join(disk, 'store');
  await writeFile(join(disk, 'ballast'), Buffer.alloc(9_000_000));
  const full = await push(store);
  assert.equal(full.code, 1, full.stderr);
  assert.match(
    full.stderr,
    /error \(store\): Could not store .*: the disk is full\.\n {2}Free some/,
  );
  assert.deepEqual(await filesBelow(join(store, '.aside')), []);
  assert.equal((await pull(store)).code, 3);

  await rm(join(disk, 'ballast'));
  const again = await push(store);
  assert.equal(again.code, 0, again.stderr);
  const pulled = await pull(store);
  assert.equal(pulled.code, 0, pulled.stderr);
});

test('a disk without room for the lock: NO_SPACE, and the object is as it was', async (t) => {
  const disk = await smallDisk(t, 'nr_inodes=20');
  if (!disk) return;
  const bucket = openFolderBucket(disk);
  const etag = (await bucket.put('key', Buffer.from('old'))) ?? '';
  const ballast: string[] = [];
  try {
    for (;;) {
      const path = join(disk, `.ballast-${ballast.length}`);
      await writeFile(path, '');
      ballast.push(path);
    }
  } catch (error) {
    assert.equal((error as { code?: string }).code, 'ENOSPC');
  }
  await rm(ballast[0] ?? '');
  const replaced = bucket.put('key', Buffer.from('new'), { condition: { etag } });
  await assert.rejects(replaced, { code: 'NO_SPACE' });
  assert.equal((await bucket.get('key'))?.bytes.toString(), 'old');
  await rm(ballast[1] ?? '');
  assert.ok(await bucket.put('key', Buffer.from('new'), { condition: { etag } }));
});

test('a disk without room for one more file: NO_SPACE, too', async (t) => {
  const disk = await smallDisk(t, 'nr_inodes=6');
  if (!disk) return;
  const full = await push(join(disk, 'store'));
  assert.equal(full.code, 1, full.stderr);
  assert.match(full.stderr, /Could not store .*: the disk is full\./);
});
