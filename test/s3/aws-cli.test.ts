import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { BUCKET, startServer, temporaryFolder } from './testing/harness.ts';
import { isInstalled, runProgram } from './testing/programs.ts';

const S3 = `s3://${BUCKET}`;

test('the AWS command line', async (t) => {
  if (!(await isInstalled('aws'))) return t.skip('the AWS command line is not installed');
  const server = await startServer(t);
  const folder = temporaryFolder(t);
  const attempt = (...args: string[]) =>
    runProgram('aws', [...args, '--endpoint-url', server.url], folder);
  const aws = async (...args: string[]) => {
    const { status, stdout, stderr } = await attempt(...args);
    assert.equal(status, 0, `aws ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  const big = randomBytes(17 * 1024 * 1024);
  writeFileSync(join(folder, 'big'), big);
  // Without it this version presigns with the old signature, which new buckets do not take.
  writeFileSync(join(folder, 'aws-config'), '[default]\ns3 =\n  signature_version = s3v4\n');
  mkdirSync(join(folder, 'tree/sub dir'), { recursive: true });
  for (const name of ['a', 'sub dir/b+c', 'sub dir/é']) {
    writeFileSync(join(folder, 'tree', name), name);
  }

  await t.test('cp, both ways, in parts', async () => {
    await aws('s3', 'cp', 'big', `${S3}/big`, '--only-show-errors');
    assert.equal(server.requests.count({ operation: 'UploadPart' }), 3);
    await aws('s3', 'cp', `${S3}/big`, 'copy', '--only-show-errors');
    assert.ok(server.requests.count({ operation: 'GetObject', status: 206 }) > 1);
    assert.ok(readFileSync(join(folder, 'copy')).equals(big));
  });

  await t.test('sync, ls and rm', async () => {
    await aws('s3', 'sync', 'tree', `${S3}/tree`, '--only-show-errors');
    const listed = await aws('s3', 'ls', `${S3}/tree/`, '--recursive');
    assert.deepEqual(
      listed
        .trim()
        .split('\n')
        .map((line) => line.slice(31)),
      ['tree/a', 'tree/sub dir/b+c', 'tree/sub dir/é'],
    );
    await aws('s3', 'rm', `${S3}/tree/sub dir`, '--recursive', '--only-show-errors');
    assert.equal(server.requests.count({ operation: 'DeleteObject', status: 204 }), 2);
  });

  await t.test('presigned URLs, which others can fetch', async () => {
    const url = (await aws('s3', 'presign', `${S3}/big`, '--expires-in', '60')).trim();
    const answer = await fetch(url);
    assert.ok(big.equals(Buffer.from(await answer.arrayBuffer())));
    server.clock.offset = 61_000;
    assert.equal((await fetch(url)).status, 403);
    server.clock.offset = 0;
  });

  await t.test('conditional puts', async () => {
    const put = (...condition: string[]) =>
      attempt(
        's3api',
        'put-object',
        '--bucket',
        BUCKET,
        '--key',
        'once',
        '--body',
        'tree/a',
        ...condition,
      );
    const first = await put('--if-none-match', '*');
    assert.equal(first.status, 0, first.stderr);
    assert.match((await put('--if-none-match', '*')).stderr, /PreconditionFailed/);
  });
  assert.deepEqual(
    server.requests.select(({ status }) => status >= 400 && status !== 412 && status !== 403),
    [],
  );
});
