import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, suite, type TestContext, test } from 'node:test';
import { openDockerEngine } from '../../shared/engine/docker.ts';
import { noEngine, startTestEngine } from '../support/engine.ts';
import { archiveOf } from '../support/image/archive.ts';
import { helloImage } from '../support/image/hello.ts';
import { layouts } from '../support/image/layouts.ts';
import { tempFolder } from '../support/temp.ts';

const script = join(import.meta.dirname, '../demo/main.ts');

/** What a machine may be set up with, and the demo must not take up. */
const foreign = {
  WHERRY_STORE: 's3://not-this-one',
  AWS_PROFILE: 'nobody',
  AWS_ACCESS_KEY_ID: 'AKIANOBODY',
  AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
  AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1',
  AWS_REGION: 'mars-1',
};

interface DemoRun {
  code: number | null;
  output: string;
  errors: string;
}

/** Runs the demo, and checks that it leaves no files; interrupts it when it has printed a text. */
async function runDemo(t: TestContext, host: string, interruptAt?: string): Promise<DemoRun> {
  const folder = await tempFolder(t, 'demo-test');
  const [TMPDIR, HOME] = [join(folder, 'tmp'), join(folder, 'home')];
  await Promise.all([mkdir(TMPDIR), mkdir(HOME)]);
  const env = { ...foreign, PATH: process.env.PATH, TMPDIR, HOME, DOCKER_HOST: host };
  const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const errors = text(child.stderr);
  let output = '';
  for await (const piece of child.stdout.setEncoding('utf8')) {
    output += piece;
    if (interruptAt && output.includes(interruptAt)) child.kill('SIGINT');
  }
  const code = await closed;
  assert.deepEqual(await readdir(TMPDIR), []);
  assert.deepEqual(await readdir(HOME), []);
  return { code, output, errors: await errors };
}

function assertDelivered({ code, output, errors }: DemoRun, image: string): void {
  assert.equal(code, 0, output + errors);
  assert.ok(!`${output}${errors}`.includes('\u001b'));
  for (const line of output.split('\n')) assert.ok(line.length <= 100, line);
  for (const command of ['wherry push', 'wherry inspect', 'wherry-agent pull']) {
    assert.ok(output.includes(`$ ${command} ${image}`), command);
  }
  assert.match(output, /^\$ wherry ls\nTAG/m);
  assert.match(output, /Read next: README\.md.*\n.*docs\/.*\n$/);

  const first = rowOf('first', output);
  assert.ok(first.percent > 10 && first.percent < 50);
  assert.equal(first.reused, 0);
  const same = rowOf('same again', output);
  assert.deepEqual([same.uploaded, same.reused, same.layers], ['0 B', 3, 3]);
  assert.ok(same.requests <= 6);
  const edited = rowOf('one file edited', output);
  assert.ok(edited.percent > 0 && edited.percent < 3);
  assert.equal(edited.reused, 2);
  const rebuilt = rowOf('rebuilt', output);
  assert.ok(rebuilt.percent > 0 && rebuilt.percent < 0.02 * first.percent);
  assert.equal(rebuilt.reused, 1);
}

function rowOf(push: string, output: string) {
  const pattern = `^${push} +[\\d.]+ MB +(\\d) of (\\d) +([\\d.]+ k?M?B) +([\\d.]+) % +(\\d+) +[\\d.]+$`;
  const [, reused, layers, uploaded, percent, requests] =
    new RegExp(pattern, 'm').exec(output) ?? assert.fail(`no row "${push}" in ${output}`);
  return {
    reused: Number(reused),
    layers: Number(layers),
    uploaded,
    percent: Number(percent),
    requests: Number(requests),
  };
}

suite('the demo without an engine', () => {
  const nowhere = 'unix:///nonexistent/docker.sock';

  test('brings an archive through S3, and compares it', async (t) => {
    const run = await runDemo(t, nowhere);
    assertDelivered(run, 'api:1');
    assert.match(run.output, /none: nothing answers at unix:\/\/\/nonexistent/);
    for (const part of ['config', 'layer 1', 'layer 2', 'layer 3']) {
      assert.match(run.output, new RegExp(`^${part} +.* the same, byte for byte$`, 'm'));
    }
    assert.doesNotMatch(run.output, /docker run/);
  });

  test('ends on Ctrl-C', async (t) => {
    const { code, output, errors } = await runDemo(t, nowhere, '$ wherry push');
    assert.equal(code, 130, output + errors);
    assert.match(errors, /Interrupted; removing what the demo made\./);
    assert.doesNotMatch(errors, /demo failed|Not all/);
  });
});

// The engine of the other tests is emptied by them at any time.
suite('the demo with an engine', { skip: noEngine }, async () => {
  const host = await startTestEngine({ after }, 'demo');
  const engine = await openDockerEngine({ env: {}, host });

  test('brings an image through S3, and runs it', async (t) => {
    const run = await runDemo(t, host);
    assertDelivered(run, 'wherry-demo/api:1');
    assert.match(run.output, /^\$ docker run .*\nHello from a container whose image came/m);
    assert.deepEqual(await engine.images(), []);
  });

  test('ends on Ctrl-C, and touches no image but its own', async (t) => {
    const mine = await helloImage({ greeting: 'Mine.\n' });
    const name = 'wherry-demo/api:1';
    await engine.load(archiveOf(await layouts.oci([{ image: mine, references: [name] }])));
    const before = await engine.images();
    assert.equal(before.length, 1);
    const { code, output, errors } = await runDemo(t, host, '$ wherry-agent pull');
    assert.equal(code, 130, output + errors);
    assert.doesNotMatch(output, /\$ docker run/);
    assert.doesNotMatch(errors, /demo failed|Not all/);
    assert.deepEqual(await engine.images(), before);
  });
});
