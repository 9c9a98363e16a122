import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import { bytesOf } from '../support/image/bytes.ts';
import { printerOf } from '../support/image/executable.ts';
import { sourceTree } from '../support/image/source-tree.ts';

const folder = mkdtempSync(join(tmpdir(), 'wherry-fixtures-'));
after(() => rmSync(folder, { recursive: true }));

const runners = { amd64: 'x64', arm64: 'arm64' } as const;
for (const architecture of ['amd64', 'arm64'] as const) {
  const native = process.arch === runners[architecture];
  const emulator = architecture === 'arm64' ? 'qemu-aarch64-static' : 'qemu-x86_64-static';
  const emulated = !native && spawnSync(emulator, ['--version']).status === 0;
  const skip = native || emulated ? false : `NOT CHECKED: ${emulator} is not installed`;
  const command = native ? [] : [emulator];

  test(`the ${architecture} program prints a file`, { skip }, () => {
    const file = join(folder, 'greeting');
    const program = join(folder, `printer-${architecture}`);
    const greeting = 'hello, wherry\n'.repeat(1000);
    writeFileSync(program, printerOf(file, architecture), { mode: 0o755 });
    const [run = '', ...rest] = [...command, program];
    rmSync(file, { force: true });
    assert.equal(spawnSync(run, rest).status, 1);
    writeFileSync(file, greeting);
    const { status, stdout } = spawnSync(run, rest);
    assert.equal(status, 0);
    assert.equal(stdout.toString(), greeting);
  });
}

test('a source tree is the same each time, compresses as code does, and can be edited', async () => {
  const options = { files: 400, bytes: 8e6, seed: 3 };
  const tar = await bytesOf(sourceTree(options).tar(new Date(0))());
  assert.deepEqual(await bytesOf(sourceTree(options).tar(new Date(0))()), tar);
  const ratio = tar.length / zstdCompressSync(tar).length;
  assert.ok(ratio > 3 && ratio < 5, `the ratio is ${ratio}`);

  const before = [...sourceTree(options).files()];
  const after = [...sourceTree({ ...options, edited: [7] }).files()];
  const changed = after.filter((file, at) => !file.content.equals(before[at]?.content as Buffer));
  assert.deepEqual(changed, [after[7]]);
});
