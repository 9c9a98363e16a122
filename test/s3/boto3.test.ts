import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { BUCKET, CREDENTIAL, startServer, temporaryFolder } from './testing/harness.ts';
import { isInstalled, runProgram } from './testing/programs.ts';

/** How the script ends when it cannot import boto3. */
const NO_BOTO3 = 77;

test('boto3', async (t) => {
  if (!(await isInstalled('python3'))) return t.skip('python3 is not installed');
  const server = await startServer(t);
  const { accessKeyId, secretAccessKey } = CREDENTIAL;
  const script = join(import.meta.dirname, 'testing/boto3_session.py');
  const args = [script, server.url, BUCKET, accessKeyId, secretAccessKey];
  const { status, stdout, stderr } = await runProgram('python3', args, temporaryFolder(t));
  if (status === NO_BOTO3) return t.skip('boto3 is not installed');
  assert.equal(status, 0, stderr);
  assert.deepEqual(JSON.parse(stdout), {
    transfer: true,
    pages: [10, 10, 7],
    keys: true,
    odd: true,
    part_copy: true,
    conditions: ['NoSuchKey', null, 'PreconditionFailed', 'PreconditionFailed'],
    algorithms: [null, null, null],
    presigned: true,
    signed_payload: null,
    without_checksum: null,
    deleted: 26,
  });
});
