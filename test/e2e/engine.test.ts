import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, suite, test } from 'node:test';
import Docker from 'dockerode';
import { digestOf } from '../../shared/digest.ts';
import { openDockerEngine } from '../../shared/engine/docker.ts';
import { noEngine, startTestEngine } from '../support/engine.ts';
import { archiveOf } from '../support/image/archive.ts';
import { bytesOf } from '../support/image/bytes.ts';
import { helloImage } from '../support/image/hello.ts';
import { layouts } from '../support/image/layouts.ts';
import { type RunResult, run } from '../support/program.ts';
import { readTar } from '../support/read-tar.ts';
import { startTestS3 } from '../support/s3.ts';
import { tempFolder } from '../support/temp.ts';

suite('with a Docker engine', { skip: noEngine }, async () => {
  const s3 = await startTestS3({ after });
  const host = await startTestEngine({ after }, 'pulled');
  const env = { ...s3.env, WHERRY_STORE: 's3://images/engine', DOCKER_HOST: host };
  const docker = new Docker({ socketPath: host.replace('unix://', '') });
  const engine = await openDockerEngine({ env });
  const image = await helloImage({ greeting: 'Hello from the bucket!\n' });

  const removeAll = async () => {
    for (const container of await docker.listContainers({ all: true })) {
      await docker.getContainer(container.Id).remove({ force: true });
    }
    for (const { Id } of await docker.listImages())
      await docker.getImage(Id).remove({ force: true });
  };
  const loadImage = async () => {
    const members = await layouts.oci([{ image, references: ['hello:1'] }]);
    await engine.load(archiveOf(members));
  };
  const succeed = async (
    program: 'wherry' | 'wherry-agent',
    ...args: string[]
  ): Promise<RunResult> => {
    s3.requests.reset();
    const result = await run(program, args, { env });
    assert.equal(result.code, 0, result.stderr);
    return result;
  };
  afterEach(removeAll);

  test('pushed, pulled into an empty engine, run: it prints what it should', async () => {
    await loadImage();
    const saved = await readTar(await bytesOf(await engine.save('hello:1')));
    const pushed = (await succeed('wherry', 'push', 'hello:1', '--json')).json();
    assert.equal(pushed.digest, digestOf(image.manifest));
    assert.equal(pushed.imageId, image.id);
    await removeAll();

    const pulled = (await succeed('wherry-agent', 'pull', 'hello:1', '--json')).json();
    assert.equal(pulled.digest, pushed.digest);
    assert.equal(pulled.upToDate, false);
    const inspected = await engine.inspect('hello:1');
    assert.equal(inspected?.id, image.id);
    assert.deepEqual(inspected?.diffIds, image.diffIds);
    assert.equal(await output('hello:1'), 'Hello from the bucket!\n');

    const again = await readTar(await bytesOf(await engine.save('hello:1')));
    const config = (files: Map<string, Buffer>) => {
      const [{ Config }] = JSON.parse(files.get('manifest.json')?.toString() ?? '');
      return files.get(Config);
    };
    assert.ok(config(again)?.equals(image.config));
    assert.ok(config(saved)?.equals(image.config));
  });

  test('a second push asks the engine for nothing but its description', async () => {
    await loadImage();
    await succeed('wherry', 'push', 'hello:1', '--as', 'again:1');
    const second = await succeed('wherry', 'push', 'hello:1', '--as', 'again:1', '--json');
    assert.equal(second.json().bytes.uploaded, 0);
    assert.equal(s3.requests.bytesIn(), 0);
    assert.ok(s3.requests.count() <= 6, `${s3.requests.count()} requests`);
    assert.doesNotMatch(second.stderr, /Exporting/);

    const other = await succeed('wherry', 'push', 'hello:1', '--as', 'other:2', '--json');
    assert.doesNotMatch(other.stderr, /Exporting/);
    assert.equal(other.json().digest, digestOf(image.manifest));
  });

  test('a pull of what is there costs two requests, and tags it', async () => {
    await loadImage();
    await succeed('wherry', 'push', 'hello:1', '--as', 'there:1');
    const pulled = await succeed('wherry', 'pull', 'there:1', '--tag', 'local/name:2', '--json');
    assert.equal(pulled.json().upToDate, true);
    assert.equal(s3.requests.count(), 2);
    assert.equal((await engine.inspect('local/name:2'))?.id, image.id);
  });

  test('a pull by digest, with a name of its own', async () => {
    await loadImage();
    const { digest } = (
      await succeed('wherry', 'push', 'hello:1', '--as', 'by:digest', '--json')
    ).json();
    await removeAll();
    await succeed('wherry', 'pull', `by@${digest}`, '--tag', 'by:mine');
    assert.equal((await engine.inspect('by:mine'))?.id, image.id);
  });

  test('nothing is loaded of a corrupt image, and no tag is made', async () => {
    await loadImage();
    await succeed('wherry', 'push', 'hello:1', '--as', 'bad:1');
    await removeAll();
    for (const key of [/chunks/, /layers/, /blobs/]) {
      s3.faults.set([
        { match: { operation: 'GetObject', key }, action: { type: 'flip-bit', offset: 20 } },
      ]);
      const result = await run('wherry', ['pull', 'bad:1'], { env });
      assert.equal(result.code, 4, result.stderr);
      assert.deepEqual(await engine.images(), []);
    }
    s3.faults.clear();
  });

  test('Ctrl-C in the middle of a pull leaves nothing in the engine', async () => {
    await loadImage();
    await succeed('wherry', 'push', 'hello:1', '--as', 'slow:1');
    await removeAll();
    s3.faults.set([
      { match: { operation: 'GetObject', key: /chunks/ }, action: { type: 'never-answer' } },
    ]);
    s3.requests.reset();
    const result = await run('wherry', ['pull', 'slow:1'], {
      env,
      started: async (child) => {
        while (s3.requests.count(({ key }) => key.includes('chunks')) === 0) {
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        child.kill('SIGINT');
      },
    });
    s3.faults.clear();
    assert.equal(result.code, 130, result.stderr);
    assert.deepEqual(await engine.images(), []);
  });

  test('no such image to push: 3', async () => {
    const result = await run('wherry', ['push', 'nothing:1'], { env });
    assert.equal(result.code, 3);
    assert.match(result.stderr, /The engine has no image nothing:1/);
  });

  for (const ending of ['tar', 'tar.gz', 'tar.zst']) {
    test(`save as .${ending}, load it`, async () => {
      await loadImage();
      const key = `s3://images/saved/hello.${ending}`;
      const saved = (await succeed('wherry', 'save', 'hello:1', key, '--json')).json();
      await removeAll();
      const loaded = (await succeed('wherry-agent', 'load', key, '--json')).json();
      assert.equal(loaded.sha256, saved.sha256);
      assert.equal(loaded.verified, true);
      assert.deepEqual(loaded.images, [{ reference: 'hello:1', imageId: image.id }]);
      assert.equal(await output('hello:1'), 'Hello from the bucket!\n');
    });
  }

  test('a tarball that is not what was saved is not loaded: 4', async () => {
    await loadImage();
    await succeed('wherry', 'save', 'hello:1', 's3://images/saved/flip.tar');
    await removeAll();
    s3.faults.set([
      {
        match: { operation: 'GetObject', key: /flip\.tar$/ },
        action: { type: 'flip-bit', offset: 1200 },
      },
    ]);
    const result = await run('wherry', ['load', 's3://images/saved/flip.tar'], { env });
    s3.faults.clear();
    assert.equal(result.code, 4, result.stderr);
    assert.deepEqual(await engine.images(), []);
  });

  test('save to a file and to stdout, load from either', async (t) => {
    await loadImage();
    const folder = await tempFolder(t);
    const path = join(folder, 'hello.tar.zst');
    await succeed('wherry', 'save', 'hello:1', path);
    assert.deepEqual((await readdir(folder)).sort(), ['hello.tar.zst', 'hello.tar.zst.sha256']);
    const { bytes } = await succeed('wherry', 'save', 'hello:1', '-');
    await removeAll();
    await succeed('wherry', 'load', path);
    assert.equal(await output('hello:1'), 'Hello from the bucket!\n');
    await removeAll();
    const piped = await run('wherry', ['load', '-'], { env, stdin: bytes });
    assert.equal(piped.code, 0, piped.stderr);
    assert.equal(await output('hello:1'), 'Hello from the bucket!\n');
  });

  async function output(reference: string): Promise<string> {
    const container = await docker.createContainer({
      Image: reference,
      HostConfig: { NetworkMode: 'none' },
    });
    await container.start();
    const { StatusCode } = await container.wait();
    const logs = (await container.logs({ stdout: true, stderr: true })) as unknown as Buffer;
    await container.remove();
    assert.equal(StatusCode, 0, logs.toString());
    // Each piece of output has a header of eight bytes (Docker API, "Attach to a container").
    return logs.subarray(8).toString();
  }
});
