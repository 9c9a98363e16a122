import assert from 'node:assert/strict';
import { type RequestListener, STATUS_CODES } from 'node:http';
import { after, suite, type TestContext, test } from 'node:test';
import { digestOf } from '../../shared/digest.ts';
import { formatPlatform, type Platform } from '../../shared/image/platform.ts';
import { fakeEngine, fakeVersion } from '../engines/fake-engine.ts';
import { archiveOf } from '../support/image/archive.ts';
import type { TestImage } from '../support/image/build.ts';
import { bytesOf } from '../support/image/bytes.ts';
import { multiPlatform } from '../support/image/platforms.ts';
import { archiveOfImage, indexOfImages, platformImage } from '../support/platforms.ts';
import { run } from '../support/program.ts';
import { startTestS3 } from '../support/s3.ts';
import { openTestStore, pushArchive } from '../support/store.ts';

/** What an engine has; images are known by any of their names. */
interface Held {
  image: TestImage;
  id: string;
  names: string[];
  /** `docker save` of it. */
  archive: Buffer;
  /** What an engine with a containerd store has under the ID, if it tells. */
  platforms?: Platform[] | undefined;
}

suite('several platforms and an engine', async () => {
  const s3 = await startTestS3({ after });
  Object.assign(process.env, s3.env);
  const images = await Promise.all(
    ['linux/amd64', 'linux/arm64'].map((name) => platformImage(name)),
  );
  const [amd64, arm64] = images as [TestImage, TestImage];
  const both = await bytesOf(archiveOf(await multiPlatform(images, ['api:1'])));
  const held = async (image: TestImage): Promise<Held> => ({
    image,
    id: image.id,
    names: ['api:1'],
    archive: await archiveOfImage(image),
  });

  /** The programs' environment with an engine that has an image, and how often it was exported. */
  async function withEngine(t: TestContext, architecture: string, has: Held) {
    const { image, id, names } = has;
    const seen = { exports: 0 };
    const answer: RequestListener = ({ url = '' }, response) => {
      const path = decodeURIComponent(new URL(url, 'http://engine').pathname);
      const name = /\/images\/(.+)\/(?:json|get)$/.exec(path)?.[1] ?? '';
      if (path.endsWith('/info')) response.end('{}');
      else if (![id, ...names].includes(name)) {
        response.writeHead(404).end(JSON.stringify({ message: STATUS_CODES[404] }));
      } else if (path.endsWith('/get')) {
        seen.exports++;
        response.end(has.archive);
      } else {
        const { os, architecture: Architecture } = image.platform;
        const RootFS = { Layers: image.diffIds };
        const Manifests = has.platforms?.map((Platform) => ({
          Kind: 'image',
          Available: true,
          ImageData: { Platform },
        }));
        const description = { Id: id, RepoTags: names, RootFS, Os: os, Architecture, Manifests };
        response.end(JSON.stringify(description));
      }
    };
    const fake = await fakeEngine(answer, () => ({ ...fakeVersion, Arch: architecture }));
    t.after(() => fake[Symbol.asyncDispose]());
    return { seen, env: { ...s3.env, DOCKER_HOST: fake.host } };
  }

  for (const image of images) {
    const { architecture } = image.platform;
    test(`a pull of what an engine on ${architecture} has costs two requests`, async (t) => {
      const store = `s3://images/held-${architecture}`;
      const { digest } = await pushArchive(store, 'api:1', both);
      const { env } = await withEngine(t, architecture, await held(image));
      s3.requests.reset();
      const args = ['pull', 'api:1', '--json', '--store', store];
      const result = await run('wherry-agent', args, { env });
      assert.equal(result.code, 0, result.stderr);
      const pulled = result.json();
      assert.equal(pulled.upToDate, true);
      assert.equal(pulled.digest, digest);
      assert.equal(pulled.manifest, digestOf(image.manifest));
      assert.equal(pulled.imageId, image.id);
      assert.equal(pulled.platform, formatPlatform(image.platform));
      assert.equal(s3.requests.count(), 2);
    });
  }

  test("without --platform it is the engine's own, and none but that: 3", async (t) => {
    const store = 's3://images/none';
    await pushArchive(store, 'api:1', both);
    const { env } = await withEngine(t, 's390x', await held(amd64));
    const result = await run('wherry', ['pull', 'api:1', '--store', store], { env });
    assert.equal(result.code, 3, result.stderr);
    assert.match(result.stderr, /is for linux\/amd64, linux\/arm64, not for linux\/s390x/);
  });

  test('push --platform never takes the image for another one, known or not: 2', async (t) => {
    const store = 's3://images/wrong';
    const { env, seen } = await withEngine(t, 'amd64', await held(amd64));
    const push = (...args: string[]) =>
      run('wherry', ['push', 'api:1', '--store', store, '--json', ...args], { env });
    const wanted = ['--as', 'api:arm', '--platform', 'linux/arm64'];
    assert.equal((await push(...wanted)).code, 2);
    // From here on the store has the image that the engine has.
    assert.equal((await push()).code, 0);
    assert.equal((await push('--as', 'api:arm')).code, 0);
    const before = seen.exports;
    for (const tag of ['api:arm', 'api:new']) {
      const result = await push('--as', tag, '--platform', 'linux/arm64');
      assert.equal(result.code, 2, result.stdout);
      assert.match(result.stderr, /no image for linux\/arm64 here/);
    }
    assert.equal(seen.exports, before + 2);
    const opened = await openTestStore(store);
    assert.equal(await opened.getTag({ repository: 'api', tag: 'new' }), undefined);

    const right = await push('--platform', 'linux/amd64');
    assert.equal(right.json().digest, digestOf(amd64.manifest));
    assert.equal(seen.exports, before + 2);
  });

  test('two jobs, each with an engine of its own: both are there, and no export is repeated', async (t) => {
    const store = 's3://images/jobs';
    const jobs = await Promise.all(
      images.map(async (image) => {
        // As the containerd store does it, the ID is no digest that the store knows.
        const id = digestOf(Buffer.from(`manifest ${image.id}`));
        const has = { ...(await held(image)), id, platforms: [image.platform] };
        return withEngine(t, image.platform.architecture, has);
      }),
    );
    const pushAll = () =>
      Promise.all(
        jobs.map(({ env }) =>
          run('wherry', ['push', 'api:1', '--add', '--json', '--store', store], { env }),
        ),
      );
    for (const result of await pushAll()) assert.equal(result.code, 0, result.stderr);
    for (const result of await pushAll()) {
      assert.equal(result.json().digest, digestOf(indexOfImages(images)));
    }
    assert.deepEqual(
      jobs.map(({ seen }) => seen.exports),
      [1, 1],
    );
  });

  test('what an engine has for several platforms under one name is pushed whole', async (t) => {
    const has: Held = {
      ...(await held(arm64)),
      id: digestOf(Buffer.from('the index of the engine')),
      platforms: [arm64.platform],
    };
    const { env, seen } = await withEngine(t, 'arm64', has);
    const push = async (...args: string[]) => {
      const words = ['push', 'api:1', '--json', '--store', 's3://images/whole', ...args];
      const result = await run('wherry', words, { env });
      assert.equal(result.code, 0, result.stderr);
      return { ...result.json(), exports: seen.exports };
    };
    const [one, index] = [digestOf(arm64.manifest), digestOf(indexOfImages(images))];
    const steps: [digest: string, exports: number, args?: string[]][] = [
      [one, 1],
      [one, 1],
    ];
    const go = async () => {
      for (const [digest, exports, args = []] of steps.splice(0)) {
        const pushed = await push(...args);
        assert.deepEqual([pushed.digest, pushed.exports], [digest, exports]);
      }
    };
    await go();

    // Under the same ID the engine gets the other platform too.
    has.archive = both;
    has.platforms = images.map(({ platform }) => platform);
    const arm = ['--platform', 'linux/arm64'];
    steps.push([index, 2], [index, 2], [one, 2, arm], [one, 2, arm], [index, 3]);
    await go();

    // An engine that is too old to tell is asked for the whole each time.
    has.platforms = undefined;
    steps.push([index, 4], [index, 5]);
    await go();
  });
});
