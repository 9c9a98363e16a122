import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { openOutput } from '../../shared/command/output.ts';
import type { CommandContext } from '../../shared/command/spec.ts';
import { tempFolder } from '../support/temp.ts';

const context = { stdout: new PassThrough() } as unknown as CommandContext;

test('a pipe is written to, and stays a pipe; nothing lies beside it', async (t) => {
  const folder = await tempFolder(t);
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const read = text(createReadStream(pipe));
  await openOutput(pipe, context, (open) => pipeline(Readable.from(['bytes']), open()));
  assert.equal((await lstat(pipe)).isFIFO(), true);
  assert.equal(await read, 'bytes');
  assert.deepEqual(await readdir(folder), ['pipe']);
});

test('a pipe is left where it is when the work fails', async (t) => {
  const folder = await tempFolder(t);
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const failed = openOutput(pipe, context, () => Promise.reject(new Error('no image')));
  await assert.rejects(failed, /no image/);
  assert.equal((await lstat(pipe)).isFIFO(), true);
});

test('a link stays a link, and the file at its end is written', async (t) => {
  const folder = await tempFolder(t);
  const [file, link] = [join(folder, 'file'), join(folder, 'link')];
  await writeFile(file, 'old');
  await symlink(file, link);
  await openOutput(link, context, (open) => pipeline(Readable.from(['bytes']), open()));
  assert.equal((await lstat(link)).isSymbolicLink(), true);
  assert.equal(await readFile(file, 'utf8'), 'bytes');
  assert.deepEqual((await readdir(folder)).sort(), ['file', 'link']);
});
