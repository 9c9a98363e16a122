import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { manifest, startAction } from '../github/action.ts';
import { buildImage, type ImageOptions } from '../support/image/build.ts';
import { bytesOf } from '../support/image/bytes.ts';
import { writeLayout } from '../support/image/layouts.ts';
import { randomBytes } from '../support/image/random.ts';
import { tarOf } from '../support/image/tar.ts';
import { accessKeyId, secretAccessKey, startTestS3 } from '../support/s3.ts';
import { openTestStore } from '../support/store.ts';
import { tempFolder } from '../support/temp.ts';

const reader = {
  accessKeyId: 'AKIAWHERRYTEST000003',
  secretAccessKey: 'test-reader-secret',
  readOnly: true,
};

suite('the Action, as GitHub runs it', async () => {
  const s3 = await startTestS3(
    { after },
    { credentials: [{ accessKeyId, secretAccessKey }, reader] },
  );
  Object.assign(process.env, s3.env);
  const action = await startAction({ after });
  const folder = await tempFolder({ after });
  const store = 's3://images/action';
  const env = { ...s3.env, WHERRY_STORE: store, DOCKER_HOST: 'unix:///nonexistent' };
  const readOnly = {
    ...env,
    AWS_ACCESS_KEY_ID: reader.accessKeyId,
    AWS_SECRET_ACCESS_KEY: reader.secretAccessKey,
  };
  const archive = async (name: string, options: ImageOptions) => {
    const path = join(folder, name);
    const image = await buildImage(options);
    await writeFile(
      path,
      await bytesOf(await writeLayout({ image, references: ['api:1'] }, 'oci')),
    );
    return path;
  };
  const big = { layers: [[{ name: 'big', content: randomBytes(20_000_000, 2) }]] };
  const layers = [await bytesOf(tarOf([{ name: 'data', content: randomBytes(3_000_000, 1) }]))];
  const input = await archive('api.tar', { layers });

  test('hands over what it did, and reuses what is there', async () => {
    const first = await action.run({ image: 'api:1', input }, { env });
    assert.equal(first.code, 0, first.stdout);
    const record = await (await openTestStore(store)).getTag({ repository: 'api', tag: '1' });
    const { json, seconds, ...outputs } = first.outputs;
    const document = JSON.parse(json ?? '');
    assert.deepEqual(outputs, {
      reference: 'api:1',
      digest: record?.digest,
      'image-id': document.imageId,
      platforms: 'linux/amd64',
      'bytes-sent': String(s3.requests.bytesIn()),
      'bytes-reused': '0',
    });
    assert.equal(Number(seconds), document.seconds);
    assert.equal(first.stderr, '');

    const inputs = {
      image: 'api:1',
      input,
      as: 'api:2\napi:latest',
      note: '50% done:\nyes, "really"',
    };
    const second = await action.run(inputs, { env });
    assert.equal(second.code, 0, second.stdout);
    assert.equal(second.outputs['bytes-reused'], String(layers[0]?.length));
    assert.match(second.summary, /\| Image \| `api:2`, `api:latest` \|/);
    const moved = await (await openTestStore(store)).getTag({ repository: 'api', tag: 'latest' });
    assert.equal(moved?.note, inputs.note);
  });

  test('every output is declared in action.yml', async () => {
    const { outputs } = await action.run({ image: 'api:1', input }, { env });
    // A push does not tell what was before.
    const names = [...Object.keys(outputs), 'previous'];
    assert.deepEqual(names.sort(), Object.keys(manifest.outputs).sort());
  });

  test('promotes to another store without being asked: first the plan, then that', async () => {
    const to = 's3://images/action-production';
    const inputs = { command: 'promote', source: 'api:1', target: 'api:production', to };
    const planned = await action.run({ ...inputs, 'dry-run': 'true' }, { env: readOnly });
    assert.equal(planned.code, 0, planned.stdout);
    assert.match(planned.log.annotations[0]?.text ?? '', /^Promote +api:1 of /);
    assert.match(planned.summary, /\n\nNothing was done\.\n\n/);
    const tag = { repository: 'api', tag: 'production' };
    assert.equal(await (await openTestStore(to)).getTag(tag), undefined);

    const run = { GITHUB_ACTOR: 'alice', GITHUB_RUN_ID: '7', GITHUB_REPOSITORY: 'team/api' };
    const expect = planned.outputs.previous ?? 'none';
    const promoted = await action.run({ ...inputs, expect }, { env: { ...env, ...run } });
    assert.equal(promoted.code, 0, promoted.stdout);
    assert.equal(promoted.outputs.digest, planned.outputs.digest);
    assert.ok(Number(promoted.outputs['bytes-sent']) > 3_000_000);
    assert.match(promoted.summary, /\| From \| `api:1` \|[\s\S]*\| Copied \| 3\.\d+ MB/);
    const record = await (await openTestStore(to)).getTag(tag);
    assert.equal(record?.by?.user, 'alice');
  });

  test('a command that only looks shows what it found, and fails where it would', async () => {
    const listed = await action.run({ command: 'ls' }, { env });
    assert.equal(listed.code, 0, listed.stdout);
    assert.match(listed.summary, /^### wherry ls\n\n```text\nTAG .*\napi:1 [\s\S]*\n```\n\n$/);
    assert.equal(JSON.parse(listed.outputs.json ?? '')[0].reference, 'api:1');
    const fleet = await action.run({ command: 'fleet', image: 'api:1' }, { env });
    assert.equal(fleet.code, 1);
    assert.equal(fleet.log.annotations[0]?.text, 'No host has reported.');
    assert.equal(JSON.parse(fleet.outputs.json ?? '').deployed, false);
  });

  test('nothing in an image is a workflow command', async () => {
    const created = 'now\n::set-output name=digest::forged\r##[add-path]/tmp\n::error::forged';
    const hostile = await archive('hostile.tar', { layers: [[]], overrides: { created } });
    await action.run({ image: 'hostile:1', input: hostile }, { env });
    const { log, stdout } = await action.run({ command: 'inspect', image: 'hostile:1' }, { env });
    assert.match(stdout, /::set-output name=digest::forged/);
    assert.deepEqual([log.others, log.annotations], [[], []]);
    assert.ok(log.lines.some((line) => line.endsWith('##[add-path]/tmp ::error::forged')));
  });

  test('secrets are masked before anything is said', async () => {
    const password = 'sesame-and-more';
    const url = s3.url.replace('//', `//user:${password}@`);
    const token = { AWS_CONTAINER_AUTHORIZATION_TOKEN: 'token-of-a-container' };
    const inputs = { image: 'api:1', input, store: 'gs://x', 'endpoint-url': url };
    const { stdout, log } = await action.run(inputs, { env: { ...env, ...token, NOTE: url } });
    assert.deepEqual(
      log.masks.sort(),
      [accessKeyId, secretAccessKey, password, token.AWS_CONTAINER_AUTHORIZATION_TOKEN].sort(),
    );
    assert.match(stdout, /^(?:::add-mask::.*\n){4}(?!::add-mask)/);
    const elsewhere = await action.run(inputs, { env: { ...env, GITHUB_ACTIONS: undefined } });
    assert.ok(!elsewhere.stdout.includes(secretAccessKey), 'shown to who does not mask');
  });

  const nameless = 54_321;
  const skip = mayBecome(nameless) ? false : 'LEFT OUT: a user of a container; that takes root';

  test('runs as a user without a name and a home, as in a container', { skip }, async () => {
    const fetched = join(folder, 'fetched.tar');
    const both: Record<string, string>[] = [
      { image: 'user:1', input },
      { command: 'pull', image: 'user:1', output: fetched },
    ];
    await chmod(folder, 0o777);
    for (const inputs of both) {
      const ended = await action.run(inputs, { env, uid: nameless });
      assert.equal(ended.code, 0, ended.stdout + ended.stderr);
      assert.match(ended.summary, /linux\/amd64/);
      assert.deepEqual([ended.stderr, ended.log.annotations], ['', []]);
    }
    assert.equal((await stat(fetched)).uid, nameless);
  });

  test('a user who may not write the files of GitHub is told so, and what is done', async () => {
    const summary = await action.run(
      { image: 'api:4', input },
      { env: { ...env, GITHUB_STEP_SUMMARY: join(input, 'summary') } },
    );
    assert.equal(summary.code, 0, summary.stdout);
    assert.equal(summary.log.annotations[0]?.level, 'warning');
    const unwritable: [string, number, RegExp][] = [
      [join(input, 'output'), 5, /ENOTDIR\.\n.* has to be root[\s\S]*\napi:5\d points to sha256:/],
      ['/dev/full', 1, /the disk is full\.\n.*space on the runner\.\napi:5\d points to sha256:/],
    ];
    for (const [path, code, message] of unwritable) {
      const ended = await action.run(
        { image: `api:5${code}`, input },
        { env: { ...env, GITHUB_OUTPUT: path } },
      );
      assert.equal(ended.code, code);
      const [error, ...others] = ended.log.annotations;
      assert.match(error?.text ?? '', /Could not write GITHUB_OUTPUT /);
      assert.match(error?.text ?? '', message);
      assert.deepEqual(others, []);
    }
  });

  const mistakes: [string, number, RegExp, Record<string, string>, Record<string, string>?][] = [
    ['a bad input', 2, /no input "expct"/, { image: 'api:1', expct: 'none' }],
    ['no engine', 7, /No Docker engine answers/, { image: 'api:1' }],
    [
      'no credentials',
      5,
      /no AWS credentials[\s\S]*configure-aws-credentials[\s\S]*No tag was moved/,
      { image: 'api:1', input },
      { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_EC2_METADATA_DISABLED: 'true' },
    ],
    ['no such file', 3, /there is no such file/, { image: 'api:1', input: '/nonexistent.tar' }],
    ['a wrong expectation', 6, /expected/, { image: 'api:1', input, expect: 'none' }],
    ['no such image', 3, /There is no/, { command: 'inspect', image: 'nothing:1' }],
    [
      'access denied',
      5,
      /access denied[\s\S]*No tag was moved/,
      { image: 'api:3', input },
      readOnly,
    ],
  ];
  for (const [name, code, message, inputs, changed] of mistakes) {
    test(`${name}: ${code}, in an annotation and on the page of the run`, async () => {
      const result = await action.run(inputs, { env: { ...env, ...changed } });
      assert.equal(result.code, code, result.stdout);
      const [error, ...others] = result.log.annotations;
      assert.deepEqual(others, []);
      assert.equal(error?.level, 'error');
      assert.match(error?.title ?? '', /^wherry(?: \w+)? failed$/);
      assert.match(error?.text ?? '', message);
      assert.match(result.summary, message);
      assert.match(JSON.parse(result.outputs.json ?? '').error.code, /^[A-Z_]+$/);
      assert.doesNotMatch(result.stdout + result.stderr, /\n\s+at /);
    });
  }

  /** Ends a step with a signal for each of these requests, which get no answer. */
  async function interrupted(inputs: Record<string, string>, stalled: [string, NodeJS.Signals][]) {
    s3.requests.reset();
    s3.faults.set(
      stalled.map(([operation]) => ({ match: { operation }, action: { type: 'never-answer' } })),
    );
    const ended = await action.run(inputs, {
      env,
      started: async (child) => {
        for (const [operation, signal] of stalled) {
          await s3.requests.next({ operation });
          child.kill(signal);
        }
      },
    });
    s3.faults.clear();
    assert.equal(ended.code, 130, ended.stdout);
    assert.equal(ended.log.annotations.length, 1);
    assert.match(ended.summary, /Interrupted\./);
    assert.equal(JSON.parse(ended.outputs.json ?? '').error.code, 'INTERRUPTED');
    return ended.log.annotations[0];
  }

  test('cancelled while it pushes: 130, and it says that no tag was moved', async () => {
    const inputs = { image: 'cancelled:1', input: await archive('big.tar', big) };
    const error = await interrupted(inputs, [['PutObject', 'SIGINT']]);
    assert.equal(error?.title, 'wherry push failed');
    assert.match(
      error?.text ?? '',
      /^error \(local\): Interrupted\.\nNo tag was moved\. .* the rest\.$/,
    );
    assert.equal(
      s3.requests.count(({ key }) => key.includes('cancelled')),
      1,
      'only looked at',
    );
    const again = await action.run(inputs, { env });
    assert.equal(again.code, 0, again.stdout);
  });
});

/** Whether this test may run Node as another user, who can read it. */
function mayBecome(uid: number): boolean {
  return spawnSync(process.execPath, ['--version'], { uid }).status === 0;
}
