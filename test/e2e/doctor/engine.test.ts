import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { fakeEngine, fakeVersion } from '../../engines/fake-engine.ts';
import { noEngine, startTestEngine } from '../../support/engine.ts';
import { listenOn } from '../../support/listen.ts';
import { startTestS3 } from '../../support/s3.ts';
import { smallDisk } from '../../support/small-disk.ts';
import { tempFolder } from '../../support/temp.ts';
import { assertFound, assertWell, examine, pushSample } from './examine.ts';

async function withStore(t: TestContext) {
  const s3 = await startTestS3(t);
  const env = { ...s3.env, WHERRY_STORE: 's3://images' };
  await pushSample(env);
  return env;
}

/** Answers for an engine without images, whose data are in that folder. */
const emptyEngine =
  (root: string): RequestListener =>
  ({ url = '' }, response) => {
    if (url.endsWith('/info')) response.end(JSON.stringify({ DockerRootDir: root }));
    else if (url.includes('/images/json')) response.end('[]');
    else response.writeHead(404).end('{}');
  };

suite('doctor, where the engine is not what it should be', { concurrency: 2 }, () => {
  test('ENGINE_DOWN, until DOCKER_HOST names one that runs', { skip: noEngine }, async (t) => {
    const env = await withStore(t);
    const look = (DOCKER_HOST: string) => examine('wherry', [], { ...env, DOCKER_HOST });
    assertFound(await look('unix:///nonexistent/docker.sock'), 'ENGINE_DOWN', 7);
    const well = await look(await startTestEngine(t, 'doctor'));
    assertWell(well);
    const told = well.findings.find(({ check }) => check === 'engine')?.sentence ?? '';
    assert.match(told, /^Engine \S+ answers at unix:.*: API 1\.\d+, images in a/);
  });

  test('room on the disk of a real engine', { skip: noEngine }, async (t) => {
    const env = { ...(await withStore(t)), DOCKER_HOST: await startTestEngine(t, 'disk') };
    const { code, findings } = await examine('wherry', ['--for', 'pull'], env);
    assert.equal(code, 0);
    const told = findings.find(({ check }) => check === 'disk')?.sentence ?? '';
    assert.match(told, /are free at \/.*\/data, and api:1 needs \d+ kB more\.$/);
  });

  test('ENGINE_DOWN where the engine hangs, well within a minute', async (t) => {
    const env = await withStore(t);
    const socket = join(await tempFolder(t), 'engine.sock');
    const silent = createTcpServer();
    await new Promise<void>((resolve) => silent.listen(socket, resolve));
    t.after(() => silent.close());
    const examined = await examine('wherry', [], { ...env, DOCKER_HOST: `unix://${socket}` });
    assertFound(examined, 'ENGINE_DOWN', 7);
    assert.match(examined.stderr, /Looking at "engine" …/);
    assert.ok(examined.seconds < 40, `${examined.seconds} s`);
  });

  test('ENGINE_UNSUPPORTED, until it is one of 20.10 or later', async (t) => {
    const env = await withStore(t);
    let ApiVersion = '1.40';
    await using engine = await fakeEngine(emptyEngine('/'), () => ({ ...fakeVersion, ApiVersion }));
    const look = () => examine('wherry', [], { ...env, DOCKER_HOST: engine.host });
    const found = assertFound(await look(), 'ENGINE_UNSUPPORTED', 7);
    assert.match(found.remedy ?? '', /20\.10 or later/);
    ApiVersion = '1.41';
    assertWell(await look());
  });

  const isRoot = process.getuid?.() === 0;
  const skip = isRoot ? false : 'LEFT OUT: only root can be somebody else';
  test('ENGINE_DENIED to who is not root, until run as root', { skip }, async (t) => {
    const env = await withStore(t);
    await using engine = await fakeEngine(emptyEngine('/'));
    const look = (...enter: string[]) =>
      examine('wherry', [], { ...env, DOCKER_HOST: engine.host }, { enter });
    const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    const found = assertFound(await look(...nobody), 'ENGINE_DENIED', 7);
    assert.match(found.remedy ?? '', /as root/);
    assertWell(await look());
  });

  test('ENGINE_ADDRESS that cannot be one, until it is', async (t) => {
    const env = await withStore(t);
    await using engine = await fakeEngine(emptyEngine('/'));
    const look = (DOCKER_HOST: string) => examine('wherry', [], { ...env, DOCKER_HOST });
    assertFound(await look('ssh://build'), 'ENGINE_ADDRESS', 2);
    assertWell(await look(engine.host));
  });

  test('DISK_SMALL, until there is room', async (t) => {
    const env = await withStore(t);
    const disk = await smallDisk(t, 'size=400k');
    if (!disk) return;
    const ballast = join(disk, 'ballast');
    await writeFile(ballast, Buffer.alloc(300_000));
    await using engine = await fakeEngine(emptyEngine(disk));
    const look = () => examine('wherry', ['--for', 'pull'], { ...env, DOCKER_HOST: engine.host });
    const found = assertFound(await look(), 'DISK_SMALL', 1);
    assert.match(found.sentence, /^\d+ kB are free at .*, and api:1 needs 30\d kB\.$/);
    await writeFile(ballast, '');
    assertWell(await look());
  });

  test('an engine elsewhere has no disk to look at', async (t) => {
    const env = await withStore(t);
    await using engine = await fakeEngine(emptyEngine('/nonexistent'));
    const { findings } = await examine('wherry', ['--for', 'pull'], {
      ...env,
      DOCKER_HOST: engine.host,
    });
    assert.equal(findings.find(({ check }) => check === 'disk')?.level, 'skipped');
  });

  test('where everything hangs, doctor ends within a minute', async (t) => {
    const port = await listenOn(
      t,
      createTcpServer((socket) => socket.on('error', () => {})),
    );
    const url = `http://127.0.0.1:${port}/`;
    const examined = await examine('wherry-agent', [], {
      WHERRY_STORE: 's3://images',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: url,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: url,
      DOCKER_HOST: `tcp://127.0.0.1:${port}`,
    });
    assertFound(examined, 'ANSWER_MISSING', 8);
    assert.ok(examined.findings.some(({ code }) => code === 'IMDS_SILENT'));
    assert.ok(examined.seconds < 60, `${examined.seconds} s`);
  });
});
