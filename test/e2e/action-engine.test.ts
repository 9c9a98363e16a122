import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { digestOf } from '../../shared/digest.ts';
import { openDockerEngine } from '../../shared/engine/docker.ts';
import { startAction } from '../github/action.ts';
import { noEngine, startTestEngine } from '../support/engine.ts';
import { archiveOf } from '../support/image/archive.ts';
import { helloImage } from '../support/image/hello.ts';
import { layouts } from '../support/image/layouts.ts';
import { randomBytes } from '../support/image/random.ts';
import { startTestS3 } from '../support/s3.ts';

const page = await readFile(join(import.meta.dirname, '../../docs/github.md'), 'utf8');

suite('the Action with a Docker engine', { skip: noEngine }, async () => {
  // Of its own: whoever shares one also removes what others have in it.
  const host = await startTestEngine({ after }, 'action');
  const s3 = await startTestS3({ after });
  const action = await startAction({ after });
  const env = { ...s3.env, WHERRY_STORE: 's3://images/team', DOCKER_HOST: host };
  const engine = await openDockerEngine({ env });
  const base = [[{ name: 'base', content: randomBytes(20_000_000, 1) }]];
  const load = async (reference: string, greeting: string) => {
    const image = await helloImage({ greeting, base });
    await engine.load(archiveOf(await layouts.oci([{ image, references: [reference] }])));
    return image;
  };

  test('pushes an image to S3, in groups of lines; the page of the run is in the docs', async () => {
    await load('api:1', 'One.\n');
    const first = await action.run({ image: 'api:1' }, { env });
    assert.equal(first.code, 0, first.stdout);
    assert.ok(first.log.groups.length > 0, first.stdout);

    const image = await load('api:4f2c1e', 'Two.\n');
    const inputs = { image: 'api:4f2c1e', as: 'api:4f2c1e\napi:main' };
    const second = await action.run(inputs, { env });
    assert.equal(second.code, 0, second.stdout);
    assert.deepEqual(second.log.annotations, []);
    assert.equal(second.outputs.digest, digestOf(image.manifest));
    assert.equal(second.outputs['image-id'], image.id);
    const documented = /```markdown\n(### wherry push\n.*?)```/s.exec(page)?.[1] ?? '';
    assert.equal(withoutValues(second.summary).trim(), withoutValues(documented).trim());
  });

  test('pulls what it pushed', async () => {
    const pulled = await action.run({ command: 'pull', image: 'api:1', tag: 'here:1' }, { env });
    assert.equal(pulled.code, 0, pulled.stdout);
    assert.match(pulled.summary, /\| Received \| .*; 0 of 3 layers \|/);
    assert.ok(await engine.inspect('here:1'));
  });

  test('an image that the engine has not got: 3', async () => {
    const ended = await action.run({ image: 'nothing:1' }, { env });
    assert.equal(ended.code, 3);
    assert.match(ended.log.annotations[0]?.text ?? '', /The engine has no image nothing:1/);
  });

  const save = { command: 'save', image: 'api:1', destination: 's3://images/saved/api.tar' };
  const uploads = () =>
    s3.requests.select({ operation: 'AbortMultipartUpload' }).map(({ status }) => status);
  const stall = (...operations: string[]) =>
    s3.faults.set(
      operations.map((operation) => ({ match: { operation }, action: { type: 'never-answer' } })),
    );

  test('cancelled while it saves: the upload is abandoned, and nothing is left', async () => {
    s3.requests.reset();
    stall('UploadPart');
    const ended = await action.run(save, {
      env,
      started: async (child) => {
        await s3.requests.next({ operation: 'UploadPart' });
        child.kill('SIGINT');
      },
    });
    s3.faults.clear();
    assert.equal(ended.code, 130, ended.stdout);
    const text = 'error (local): Interrupted.\nThe destination is as it was.';
    assert.deepEqual(ended.log.annotations, [
      { level: 'error', title: 'wherry save failed', text },
    ]);
    assert.deepEqual(uploads(), [204]);
    assert.deepEqual(s3.requests.count({ operation: 'CompleteMultipartUpload' }), 0);
  });

  test('a second signal ends it at once, and it still says so', async () => {
    s3.requests.reset();
    stall('UploadPart', 'AbortMultipartUpload');
    const ended = await action.run(save, {
      env,
      started: async (child) => {
        await s3.requests.next({ operation: 'UploadPart' });
        child.kill('SIGINT');
        await s3.requests.next({ operation: 'AbortMultipartUpload' });
        child.kill('SIGTERM');
      },
    });
    s3.faults.clear();
    assert.equal(ended.code, 130, ended.stdout);
    assert.match(ended.log.annotations[0]?.text ?? '', /Interrupted\./);
    assert.match(ended.summary, /Interrupted\./);
  });

  test('then the same save works', async () => {
    const saved = await action.run(save, { env });
    assert.equal(saved.code, 0, saved.stdout);
    assert.equal(saved.outputs.reference, save.destination);
    assert.match(
      saved.summary,
      /\| Image \| `api:1` \|\n\| Tarball \| `s3:\/\/images\/saved\/api\.tar` \|/,
    );
  });
});

/** What differs from run to run, such as digests, replaced. */
function withoutValues(markdown: string): string {
  return markdown
    .replace(/sha256:[0-9a-f]{64}/g, 'DIGEST')
    .replace(/[\d.]+ [kMG]?B\b/g, 'BYTES')
    .replace(/\b(?:\d+m)?\d+(?:\.\d+)?s\b/g, 'SECONDS');
}
