import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { digestOf } from '../../shared/digest.ts';
import { formatPlatform } from '../../shared/image/platform.ts';
import type { TagRecord } from '../../shared/store/tag.ts';
import { archiveOf } from '../support/image/archive.ts';
import { bytesOf } from '../support/image/bytes.ts';
import { hybrid, ociArchive } from '../support/image/oci-layouts.ts';
import { multiPlatform } from '../support/image/platforms.ts';
import { archiveOfImage, indexOfImages, platformImage } from '../support/platforms.ts';
import { type RunOptions, run } from '../support/program.ts';
import { startTestS3 } from '../support/s3.ts';
import { openTestStore, pushArchive } from '../support/store.ts';

const names = [
  'linux/386',
  'linux/amd64',
  'linux/arm/v6',
  'linux/arm/v7',
  'linux/arm64',
  'linux/ppc64le',
  'linux/riscv64',
  'linux/s390x',
];

suite('platforms that are pushed to one tag', async () => {
  const s3 = await startTestS3({ after });
  Object.assign(process.env, s3.env);
  const images = await Promise.all(names.map((name) => platformImage(name)));
  const archives = await Promise.all(images.map(archiveOfImage));
  const at = (name: string) => names.indexOf(name);
  const [amd64, arm64] = [images[at('linux/amd64')], images[at('linux/arm64')]].map((image) => {
    assert.ok(image);
    return image;
  });
  assert.ok(amd64 && arm64);

  const push = (store: string, archive: Buffer | undefined, args: string[], more?: RunOptions) =>
    run('wherry', ['push', 'api:1', '--input', '-', '--json', ...args], {
      env: { ...s3.env, WHERRY_STORE: store },
      stdin: archive as Buffer,
      ...more,
    });
  const pushed = async (store: string, name: string, ...args: string[]) => {
    const result = await push(store, archives[at(name)], args);
    assert.equal(result.code, 0, result.stderr);
    return { ...result.json(), stderr: result.stderr };
  };
  const historyOf = async (store: string): Promise<TagRecord[]> => {
    const opened = await openTestStore(store);
    return (await opened.listHistory({ repository: 'api', tag: '1' })).reverse();
  };
  const pull = (store: string, platform: string) =>
    run('wherry', ['pull', 'api:1', '--platform', platform, '--output', '-'], {
      env: { ...s3.env, WHERRY_STORE: store },
    });

  test(`${names.length} at once: one index with all, and a history without gaps`, async () => {
    const store = 's3://images/at-once';
    await Promise.all(names.map((name) => pushed(store, name, '--add')));
    const history = await historyOf(store);
    assert.deepEqual(
      history.map(({ sequence }) => sequence),
      names.map((_, index) => index + 1),
    );
    for (const [index, record] of history.entries()) {
      assert.equal(record.platforms.length, index + 1);
      assert.equal(record.previous, history[index - 1]?.digest);
    }
    const last = history.at(-1);
    assert.deepEqual(last?.platforms, names);
    assert.equal(last?.digest, digestOf(indexOfImages(images)));
    const index = await (await openTestStore(store)).getBlob(last.digest);
    assert.ok(index?.equals(indexOfImages(images)));
    assert.equal(last.layers, 2 * names.length);
  });

  test('in any order: the same digest', async () => {
    const three = ['linux/arm64', 'linux/amd64', 'linux/s390x'];
    const digests = new Set<string>();
    for (const [count, order] of [three, three.toReversed()].entries()) {
      const store = `s3://images/order-${count}`;
      const results = [];
      for (const name of order) results.push(await pushed(store, name, '--add'));
      assert.deepEqual(
        results.map(({ platforms }) => platforms.length),
        [1, 2, 3],
      );
      // An only one is pointed to directly.
      assert.equal(results[0].digest, results[0].images[0].digest);
      digests.add(results[2].digest);
      assert.deepEqual(results[2].platforms, three.toSorted());
      assert.deepEqual([results[2].platform, results[2].images.length], [order[2], 1]);
    }
    assert.equal(digests.size, 1);
  });

  test('the same once more: nothing changes, and nothing is sent', async () => {
    const store = 's3://images/again';
    await pushed(store, 'linux/amd64');
    const before = await pushed(store, 'linux/arm64', '--add');
    s3.requests.reset();
    for (const name of ['linux/arm64', 'linux/amd64']) {
      const again = await pushed(store, name, '--add');
      assert.equal(again.digest, before.digest);
    }
    assert.equal(s3.requests.count({ operation: 'PutObject' }), 0);
    assert.equal((await historyOf(store)).length, 2);
  });

  test('another image for a platform replaces that one alone', async () => {
    const store = 's3://images/one-replaced';
    await pushed(store, 'linux/amd64');
    await pushed(store, 'linux/arm64', '--add');
    const newer = await platformImage('linux/arm64', 'newer');
    const result = await push(store, await archiveOfImage(newer), ['--add']);
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.json().digest, digestOf(indexOfImages([amd64, newer])));
  });

  test('a push without --add replaces them, and tells which are gone, but for --replace', async () => {
    const store = 's3://images/replaced';
    for (const [args, told] of [
      [[], true],
      [['--replace'], false],
    ] as [string[], boolean][]) {
      for (const name of ['linux/arm64', 'linux/s390x', 'linux/amd64']) {
        await pushed(store, name, '--add');
      }
      const alone = await pushed(store, 'linux/amd64', ...args);
      assert.equal(alone.digest, digestOf(amd64.manifest));
      assert.deepEqual(alone.platforms, ['linux/amd64']);
      const notice = /api:1 no longer has linux\/arm64, linux\/s390x: .*--add/;
      assert.equal(notice.test(alone.stderr), told, alone.stderr);
    }
    const again = await pushed(store, 'linux/amd64');
    assert.doesNotMatch(again.stderr, /no longer/);
  });

  test('--add with --replace is wrong usage', async () => {
    const result = await push('s3://images/usage', archives[0], ['--add', '--replace']);
    assert.equal(result.code, 2);
    assert.match(result.stderr, /--add and --replace contradict each other/);
  });

  test("--expect and --immutable are about the tag's digest", async () => {
    const store = 's3://images/expected';
    const first = await pushed(store, 'linux/amd64');
    const second = await pushed(store, 'linux/arm64', '--add', '--expect', first.digest);
    const stale = await push(store, archives[0], ['--add', '--expect', first.digest]);
    assert.equal(stale.code, 6, stale.stderr);
    const moving = await push(store, archives[0], ['--add', '--immutable']);
    assert.equal(moving.code, 6, moving.stderr);
    const same = await pushed(store, 'linux/amd64', '--add', '--immutable');
    assert.equal(same.digest, second.digest);
  });

  test('a push --add that is killed, wherever, leaves the tag whole', async (t) => {
    let points = 0;
    for (let nth = 1; ; nth++) {
      const store = `s3://images/killed-${nth}`;
      const before = await pushArchive(store, 'api:1', archives[at('linux/amd64')] as Buffer);
      s3.requests.reset();
      const put = { operation: 'PutObject' } as const;
      const remove = s3.faults.add({
        match: { ...put, nth, times: 1 },
        action: { type: 'never-answer' },
      });
      const ended = await push(store, archives[at('linux/arm64')], ['--add'], {
        started: async (child) => {
          while (child.exitCode === null && s3.requests.count(put) < nth) await sleep(2);
          child.kill('SIGKILL');
        },
      });
      remove();
      if (ended.code === 0) break;
      points++;
      const both = digestOf(indexOfImages([amd64, arm64]));
      const history = await historyOf(store);
      const moved = history.length === 2;
      assert.equal(history.at(-1)?.digest, moved ? both : before.digest);
      for (const name of moved ? ['linux/amd64', 'linux/arm64'] : ['linux/amd64']) {
        const pulled = await pull(store, name);
        assert.equal(pulled.code, 0, pulled.stderr);
      }
      assert.equal((await pushed(store, 'linux/arm64', '--add')).digest, both);
      assert.equal((await historyOf(store)).length, 2);
    }
    t.diagnostic(`killed at each of ${points} puts`);
    assert.ok(points >= 6);
  });
});

suite('an archive with several platforms', async () => {
  const s3 = await startTestS3({ after });
  const env = { ...s3.env, WHERRY_STORE: 's3://images/archives' };
  const images = await Promise.all(
    ['linux/arm64', 'linux/amd64'].map((name) => platformImage(name)),
  );
  const [arm64, amd64] = images;
  assert.ok(arm64 && amd64);
  const push = async (members: Parameters<typeof archiveOf>[0], ...args: string[]) => {
    const stdin = await bytesOf(archiveOf(members));
    return run('wherry', ['push', 'api:1', '--input', '-', '--json', ...args], { env, stdin });
  };

  for (const [name, options] of Object.entries({
    'as buildx writes it, with attestations': { attestations: true, codec: 'gzip' as const },
    'with platforms that were left out': {
      omit: [await platformImage('linux/s390x'), await platformImage('linux/386')],
    },
  })) {
    for (const references of [['api:1'], []]) {
      test(`${name}, named ${references}: pushed whole`, async () => {
        const result = await push(await multiPlatform(images, references, options));
        assert.equal(result.code, 0, result.stderr);
        const { digest, platforms, platform, imageId, ...rest } = result.json();
        assert.equal(digest, digestOf(indexOfImages(images)));
        assert.deepEqual(platforms, ['linux/amd64', 'linux/arm64']);
        assert.deepEqual([platform, imageId], ['linux/amd64', amd64.id]);
        assert.deepEqual(
          rest.images,
          [amd64, arm64].map((image) => ({
            platform: formatPlatform(image.platform),
            digest: digestOf(image.manifest),
            imageId: image.id,
          })),
        );
        assert.equal(rest.layers.total, 4);
      });
    }
  }

  test('--platform picks one of them', async () => {
    const members = await multiPlatform(images, ['api:1'], { attestations: true });
    const result = await push(members, '--as', 'one:1', '--platform', 'linux/arm64');
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.json().digest, digestOf(arm64.manifest));
    assert.deepEqual(result.json().platforms, ['linux/arm64']);
  });

  test('--platform of two variants picks the one that is named exactly, or none', async () => {
    const arms = ['linux/arm', 'linux/arm/v6', 'linux/arm/v7'];
    const [plain, ...variants] = await Promise.all(arms.map((name) => platformImage(name)));
    assert.ok(plain);
    const exact = await multiPlatform([...variants, plain], ['api:1']);
    const result = await push(exact, '--as', 'arm:1', '--platform', 'linux/arm');
    assert.equal(result.json().digest, digestOf(plain.manifest));
    const several = await multiPlatform(variants, ['api:1']);
    const refused = await push(several, '--as', 'arm:2', '--platform', 'linux/arm');
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /several images here: api:1 \(linux\/arm\/v6\), .*v7/);
  });

  test('images of different names are not one', async () => {
    const members = await hybrid([
      { image: amd64, references: ['one:1'] },
      { image: arm64, references: ['two:1'] },
    ]);
    const refused = await push(members);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /several images here: .*one:1 \(linux\/amd64\).*two:1/);
  });

  test('two images for one platform under one name are refused', async () => {
    const other = await platformImage('linux/amd64', 'other');
    for (const references of [['api:1'], []]) {
      const members = await ociArchive(
        [amd64, other, arm64].map((image) => ({ image, references })),
      );
      const refused = await push(members);
      assert.equal(refused.code, 2);
      assert.match(refused.stderr, /several images here that are all .*linux\/amd64/);
    }
  });
});
