import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { readArchive } from '../../../shared/archive/read.ts';
import { WherryError } from '../../../shared/error.ts';
import { archiveOf } from './archive.ts';
import { Recorder } from './recorder.ts';
import type { TarMember } from './tar.ts';

/** The error with which an archive is refused; fails when it is not, or not properly. */
export async function refusal(archive: Readable): Promise<WherryError> {
  const error = await readArchive(archive, new Recorder()).catch((thrown: unknown) => thrown);
  assert.ok(error instanceof WherryError, `it was not refused: ${JSON.stringify(error)}`);
  assert.equal(error.side, 'local');
  assert.ok(error.hint);
  assert.ok(archive.destroyed);
  return error;
}

/** Checks that an archive is refused, and why. */
export async function refused(
  input: TarMember[] | Buffer,
  code: 'BAD_INPUT' | 'CORRUPT',
  message: RegExp,
): Promise<void> {
  const archive = Buffer.isBuffer(input) ? Readable.from([input]) : archiveOf(input);
  const error = await refusal(archive);
  assert.match(error.message, message);
  assert.equal(error.code, code, error.message);
}
