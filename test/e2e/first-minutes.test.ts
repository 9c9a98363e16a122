import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { openDockerEngine } from '../../shared/engine/docker.ts';
import { noEngine, startTestEngine } from '../support/engine.ts';
import { archiveOf } from '../support/image/archive.ts';
import { helloImage } from '../support/image/hello.ts';
import { layouts } from '../support/image/layouts.ts';
import { startTestS3 } from '../support/s3.ts';
import { stranger } from '../support/stranger.ts';

/** A block of the README that a stranger copies into a terminal. */
interface Block {
  /** How its first line begins. */
  begins: string;
  /** What is typed in place of what it says, and why. */
  instead?: { of: string; type: string; why: string };
  /** Whether it is nothing without an engine and the docker command. */
  docker?: true;
  shows: RegExp;
}

const blocks: Block[] = [
  {
    begins: 'npm ci && npm run demo',
    shows: /^\$ wherry push .*^\$ wherry ls\nTAG.*^\$ wherry-agent pull /ms,
  },
  {
    begins: './test/run',
    instead: {
      of: './test/run',
      type: './test/run test/unit/reference.test.ts',
      why: 'all tests take a quarter of an hour, and this is one of them',
    },
    shows: /^ℹ pass [1-9]\d*\n.*fail 0$/ms,
  },
  {
    begins: 'export WHERRY_STORE=s3://my-images/team',
    instead: {
      of: 'docker run',
      type: 'docker run --network none',
      why: 'the throwaway engine has no network to give a container',
    },
    docker: true,
    shows: /It came through S3\.\n$/,
  },
  {
    begins: 'docker build --platform linux/amd64',
    docker: true,
    shows: /^Pushed api:4f2c1e .*^Pushed api:4f2c1e /ms,
  },
  {
    begins: 'npm run build:agent && npx wherry publish-agent',
    instead: {
      of: 'npm run build:agent',
      type: 'npm run build:agent -- --level 0',
      why: 'to compress well takes minutes; what is published is only larger',
    },
    shows: /^Published wherry-agent .* in s3:\/\/my-images\/team\.$/m,
  },
  { begins: 'npx wherry template store', shows: /^$/ },
];

const root = join(import.meta.dirname, '../..');
const readme = await readFile(join(root, 'README.md'), 'utf8');
const written = [...readme.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, text = '']) => text);

const noClient = spawnSync('docker', ['--version']).error
  ? 'LEFT OUT: there is no docker command'
  : false;
const noDocker = noEngine || noClient;

suite("a stranger's first five minutes", async () => {
  const s3 = await startTestS3({ after }, { buckets: ['my-images'] });
  const env: Record<string, string> = { ...s3.env };
  if (!noDocker) {
    env.DOCKER_HOST = await startTestEngine({ after }, 'stranger');
    // The image that they want to deliver.
    const image = await helloImage({ greeting: 'It came through S3.\n' });
    const { load } = await openDockerEngine({ env });
    await load(archiveOf(await layouts.oci([{ image, references: ['api:4f2c1e'] }])));
  }
  const { clone, types } = await stranger({ after }, env);
  // And the sources of it, in the place of theirs, where no base image can be had.
  await writeFile(join(clone, 'Dockerfile'), 'FROM scratch\nCOPY LICENSE /\nCMD ["/LICENSE"]\n');
  await writeFile(join(clone, '.dockerignore'), '*\n!LICENSE\n');

  // What a block that is left out exports, those after it need.
  if (noDocker) await types(written.flatMap((text) => text.match(/^export .*$/gm) ?? []));

  test('every block of the README is one of those below, in this order', () => {
    assert.deepEqual(
      written.map((text, index) => {
        const { begins = 'none' } = blocks[index] ?? {};
        return text.startsWith(begins) ? begins : text;
      }),
      blocks.map(({ begins }) => begins),
    );
  });

  for (const [index, { begins, instead, docker, shows }] of blocks.entries()) {
    const skip = docker ? noDocker : false;
    test(begins, { skip }, async () => {
      const text = written[index] ?? '';
      if (instead) assert.ok(text.includes(instead.of), text);
      const typed = instead ? text.replace(instead.of, instead.type) : text;
      const { code, stdout, stderr } = await types(typed.trimEnd().split('\n'));
      assert.equal(code, 0, stdout + stderr);
      assert.match(stdout, shows, stderr);
    });
  }

  test('and the script for instances is one', async () => {
    const script = await readFile(join(clone, 'user-data.sh'), 'utf8');
    assert.match(script, /^#!\/bin\/.*sh\n/);
    assert.equal(spawnSync('bash', ['-n'], { input: script }).status, 0);
  });

  test('and the templates are for CloudFormation', async () => {
    for (const name of ['images', 'images-ci', 'api']) {
      const template = await readFile(join(clone, `${name}.yaml`), 'utf8');
      assert.match(template, /^AWSTemplateFormatVersion: .*^Resources:$/ms);
    }
  });
});
