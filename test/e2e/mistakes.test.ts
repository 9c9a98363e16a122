import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { archiveOf } from '../support/image/archive.ts';
import { buildImage } from '../support/image/build.ts';
import { bytesOf } from '../support/image/bytes.ts';
import { writeLayout } from '../support/image/layouts.ts';
import { run } from '../support/program.ts';
import { startTestS3 } from '../support/s3.ts';
import { tempFolder } from '../support/temp.ts';

const layers = [[{ name: 'a', content: 'a'.repeat(100_000) }]];

suite('every mistake has its exit code and says what to do', async () => {
  const s3 = await startTestS3(
    { after },
    {
      buckets: ['images', { name: 'elsewhere', region: 'eu-central-1' }],
      credentials: [
        { accessKeyId: 'AKIAWHERRYTEST000001', secretAccessKey: 'test-secret/with+signs=' },
        { accessKeyId: 'READER', secretAccessKey: 'reader', readOnly: true },
        { accessKeyId: 'STRANGER', secretAccessKey: 'stranger', buckets: ['other'] },
      ],
    },
  );
  const folder = await tempFolder({ after });
  const env = {
    ...s3.env,
    WHERRY_STORE: 's3://images',
    DOCKER_HOST: 'unix:///nonexistent/docker.sock',
  };
  const image = await buildImage({ layers });
  const archive = await bytesOf(await writeLayout({ image, references: ['app:1'] }, 'oci'));
  const file = async (name: string, content: Buffer | string) => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };
  const good = await file('good.tar', archive);
  const pushed = await run('wherry', ['push', 'app:1', '--input', good], { env });
  assert.equal(pushed.code, 0, pushed.stderr);
  const reader = { AWS_ACCESS_KEY_ID: 'READER', AWS_SECRET_ACCESS_KEY: 'reader' };
  const stranger = { AWS_ACCESS_KEY_ID: 'STRANGER', AWS_SECRET_ACCESS_KEY: 'stranger' };
  const nobody = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
  const noTar = await file('no.tar', 'this is not a tar, but long enough to be one'.repeat(100));
  const noImage = await file(
    'no-image.tar',
    await bytesOf(archiveOf([{ name: 'readme', content: 'hi' }])),
  );
  const cut = await file('cut.tar', archive.subarray(0, 50_000));
  const empty = await file('empty.tar', '');

  const cases: [string, number, RegExp, string[], Record<string, string | undefined>?][] = [
    ['no such tag', 3, /There is no app:9 in s3:\/\/images/, ['pull', 'app:9']],
    ['no such digest', 3, /There is no image sha256:0/, ['pull', `app@sha256:${'0'.repeat(64)}`]],
    ['no such bucket', 3, /no bucket at s3:\/\/gone/, ['pull', 'app:1', '--store', 's3://gone']],
    [
      'no such bucket, to push',
      3,
      /no bucket at s3:\/\/gone/,
      ['push', 'app:1', '--input', good, '--store', 's3://gone'],
    ],
    ['no such file', 3, /no such file/, ['push', 'app:1', '--input', '/nonexistent.tar']],
    ['no such tarball', 3, /There is no s3:\/\/images\/x.tar/, ['load', 's3://images/x.tar']],
    ['dual stack elsewhere', 2, /--dual-stack is for AWS's own/, ['ls', '--dual-stack']],
    ['no credentials', 5, /no AWS credentials/, ['ls'], nobody],
    [
      'an unknown key',
      5,
      /not valid \(InvalidAccessKeyId\)/,
      ['ls'],
      { AWS_ACCESS_KEY_ID: 'AKIAUNKNOWN' },
    ],
    ['a wrong secret', 5, /secret key is wrong/, ['ls'], { AWS_SECRET_ACCESS_KEY: 'wrong' }],
    ['an expired token', 5, /not valid/, ['ls'], { AWS_SESSION_TOKEN: 'wrong' }],
    ['access denied to read', 5, /access denied/, ['pull', 'app:1'], stranger],
    [
      'access denied to write',
      5,
      /Could not store .*access denied/,
      ['push', 'app:2', '--input', good],
      reader,
    ],
    [
      'another region, by the bucket',
      2,
      /It is in eu-central-1.*\n.*--region eu-central-1/,
      ['ls', '--store', 's3://elsewhere'],
    ],
    ['another region, by the signature', 2, /It is in us-east-1/, ['ls', '--region', 'ap-south-1']],
    [
      'no engine, to push',
      7,
      /No Docker engine answers at unix:\/\/\/nonexistent/,
      ['push', 'app:1'],
    ],
    ['no engine, to pull', 7, /No Docker engine answers/, ['pull', 'app:1']],
    ['no engine, to save', 7, /No Docker engine answers/, ['save', 'app:1', join(folder, 'x.tar')]],
    ['not a tar', 2, /not a tar/, ['push', 'app:1', '--input', noTar]],
    ['a tar that is no image', 2, /no image/, ['push', 'app:1', '--input', noImage]],
    ['a truncated tar', 2, /cut off|truncated|ends/i, ['push', 'app:1', '--input', cut]],
    ['an empty archive', 2, /empty/, ['push', 'app:1', '--input', empty]],
    ['a malformed reference', 2, /"App:1" is not an image reference/, ['pull', 'App:1']],
    ['a malformed tag', 2, /the tag "x y" is malformed/, ['push', 'app:x y']],
    ['a malformed digest', 2, /not a sha256 digest/, ['pull', 'app@sha256:12']],
    [
      'a digest as a tag',
      2,
      /a tag is needed/,
      ['push', 'app', '--as', `app@sha256:${'0'.repeat(64)}`],
    ],
    ['an ID without --as', 2, /--as/, ['push', '0'.repeat(64)]],
    ['a malformed platform', 2, /not a platform/, ['pull', 'app:1', '--platform', 'amd64']],
    [
      'another platform',
      3,
      /for linux\/amd64, not for linux\/arm64/,
      ['pull', 'app:1', '--platform', 'linux/arm64', '--output', join(folder, 'x.tar')],
    ],
    [
      'a platform that the archive lacks',
      2,
      /no image for linux\/arm64/,
      ['push', 'app:1', '--input', good, '--platform', 'linux/arm64'],
    ],
    [
      'a malformed digest to expect',
      2,
      /not a digest/,
      ['push', 'app:1', '--input', good, '--expect', 'yes'],
    ],
    [
      'a tag that has moved',
      6,
      /app:1 points to sha256:.*it was expected to be absent/,
      ['push', 'app:1', '--input', good, '--expect', 'none'],
    ],
    [
      'an unwritable folder',
      2,
      /a file is where a folder must be/,
      ['push', 'app:1', '--input', good, '--store', join(good, 'store')],
    ],
    [
      'a folder that cannot be',
      5,
      /not writable/,
      ['push', 'app:1', '--input', good, '--store', '/sys/store'],
    ],
    [
      'an output that cannot be',
      2,
      /no such folder/,
      ['pull', 'app:1', '--output', '/nonexistent/x.tar'],
    ],
    [
      'a place of another kind',
      2,
      /not a place that Wherry knows/,
      ['ls', '--store', 'gs://bucket'],
    ],
    ['no store', 2, /No store is given/, ['ls'], { WHERRY_STORE: undefined }],
    [
      'a name that does not say how to compress',
      2,
      /does not say how to compress/,
      ['save', 'app:1', 's3://images/x'],
    ],
    ['an unknown command', 2, /unknown command/, ['pusch', 'app:1']],
    [
      'an unknown option',
      2,
      /unknown option.*\n.*Did you mean --platform/s,
      ['push', 'app:1', '--platfrom', 'x'],
    ],
    ['a missing argument', 2, /missing required argument/, ['push']],
    ['an unknown level', 2, /Allowed choices are/, ['ls', '--log-level', 'loud']],
  ];

  for (const [name, code, message, args, changed] of cases) {
    test(`${name}: ${code}`, async () => {
      const result = await run('wherry', args, { env: { ...env, ...changed } });
      assert.match(result.stderr, message);
      assert.equal(result.code, code, result.stderr);
      assert.doesNotMatch(result.stderr, /\n\s+at /, 'a stack trace');
      assert.equal(result.stdout, '');
      const lines = result.stderr
        .trimEnd()
        .split('\n')
        .filter((line) => !/^[A-Z][^:]*$/.test(line));
      if (!/^error: /.test(lines[0] ?? '')) {
        assert.match(lines.at(-2) ?? '', /^error \((?:engine|store|local)\): /);
        assert.match(lines.at(-1) ?? '', /^ {2}\S/);
      }
    });
  }

  test('with --json an error is one JSON document', async () => {
    const result = await run('wherry', ['pull', 'app:9', '--json'], { env });
    assert.equal(result.code, 3);
    const { error } = result.json();
    assert.equal(error.code, 'NOT_FOUND');
    assert.equal(error.side, 'store');
    assert.match(error.hint, /wherry ls/);
  });

  test('nothing is told in colour unless on a terminal, and --quiet is quiet', async () => {
    const result = await run('wherry', ['push', 'app:1', '--input', good, '--quiet'], { env });
    assert.equal(result.stderr, '');
    assert.match(result.stdout, /^sha256:[0-9a-f]{64}\n$/);
    const failed = await run('wherry', ['pull', 'app:9'], { env });
    assert.ok(!failed.stderr.includes('\u001b'));
  });
});
