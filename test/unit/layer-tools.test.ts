import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pseudoRandom } from '../property/random.ts';
import { readContent } from '../property/reference.ts';
import { mergeAll, piecesOf, splitAll } from '../property/streams.ts';

// Tars as GNU tar and Python write them; each is skipped where it is not installed.

function run(command: string, args: string[], input?: Buffer): Buffer {
  const { status, stdout, stderr } = spawnSync(command, args, { input, maxBuffer: 2 ** 28 });
  assert.equal(status, 0, `${command} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

function missing(command: string, says: string): string | false {
  const { stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
  return stdout?.includes(says) ? false : `${says} is not installed`;
}

const noTar = missing('tar', 'GNU tar');
const noPython = missing('python3', 'Python 3');

async function assertRoundTrip(tar: Buffer): Promise<void> {
  const { meta, content } = splitAll(piecesOf(tar, [65_536, 1, 700]));
  const merged = await mergeAll(piecesOf(meta, [999]), piecesOf(content, [4096, 1]));
  assert.ok(merged.equals(tar));
}

const folder = mkdtempSync(join(tmpdir(), 'wherry-layer-'));
const tree = join(folder, 'tree');
const sparse = join(folder, 'sparse');
after(() => rmSync(folder, { recursive: true }));

/** Pieces of the sparse files, of more extents than a header and an extension block name. */
const extents = 60;
const extentSize = 4096;
const extent: Buffer = Buffer.alloc(extentSize, 'data');

before(() => {
  mkdirSync(join(tree, 'empty'), { recursive: true });
  const names = ['a', 'empty-file', 'ä-ü-€', `${'l'.repeat(120)}`, 'z'];
  names.forEach((name, i) => {
    writeFileSync(join(tree, name), pseudoRandom(name === 'empty-file' ? 0 : 777 * (i + 1), i));
  });
  writeFileSync(Buffer.concat([Buffer.from(`${tree}/`), Buffer.from([0xff, 0xfe])]), 'no UTF-8');
  symlinkSync('a', join(tree, 'link'));
  symlinkSync('x'.repeat(150), join(tree, 'long-link'));
  linkSync(join(tree, 'a'), join(tree, 'hard'));
  mkdirSync(sparse);
  const file = openSync(join(sparse, 'holes'), 'w');
  for (let i = 0; i < extents; i++) writeSync(file, extent, 0, extentSize, 2 * i * extentSize);
  closeSync(file);
  truncateSync(join(sparse, 'holes'), 4 * extents * extentSize);
  writeFileSync(join(sparse, 'next'), 'the next file');
});

for (const format of ['gnu', 'oldgnu', 'pax', 'ustar', 'v7']) {
  test(`GNU tar, ${format}`, { skip: noTar }, async () => {
    // Neither v7 nor ustar holds a name over 100 bytes without a slash.
    const left = format === 'v7' || format === 'ustar' ? ['--exclude=l*'] : [];
    const args = ['--create', `--format=${format}`, '--sort=name', '-C', tree, ...left];
    const tar = run('tar', [...args, '.']);
    const expected = run('tar', ['--extract', '--to-stdout'], tar);
    assert.ok(expected.length > 5000);
    assert.ok(splitAll([tar]).content.equals(expected));
    await assertRoundTrip(tar);
  });
}

for (const format of ['gnu', 'oldgnu', 'pax']) {
  for (const version of format === 'pax' ? ['0.0', '0.1', '1.0'] : ['']) {
    test(`GNU tar, sparse, ${format} ${version}`, { skip: noTar }, async () => {
      const how = [`--format=${format}`, '--sparse', '--hole-detection=raw', '--sort=name'];
      const chosen = version === '' ? [] : [`--sparse-version=${version}`];
      const tar = run('tar', ['--create', ...how, ...chosen, '-C', sparse, '.']);
      assert.ok(tar.length < 2 * extents * extentSize, 'the file was written with its holes');
      const expected = Buffer.concat([
        ...Array(extents).fill(extent),
        Buffer.from('the next file'),
      ]);
      const { content } = splitAll([tar]);
      assert.ok(content.subarray(-expected.length).equals(expected));
      // Version 1.0 keeps its map in front of the data.
      assert.equal(content.length > expected.length, version === '1.0');
      await assertRoundTrip(tar);
    });
  }
}

const pythonTar = `
import sys, tarfile
out = tarfile.open(fileobj=sys.stdout.buffer, mode='w|', format=getattr(tarfile, sys.argv[1]))
out.add(sys.argv[2], arcname='.')
out.close()
`;
for (const format of ['GNU_FORMAT', 'PAX_FORMAT']) {
  test(`Python tarfile, ${format}`, { skip: noPython }, async () => {
    const tar = run('python3', ['-c', pythonTar, format, tree]);
    assert.ok(splitAll([tar]).content.equals(await readContent(tar)));
    await assertRoundTrip(tar);
  });
}
