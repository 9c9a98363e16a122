import assert from 'node:assert/strict';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { digestOf, hexOf } from '../../shared/digest.ts';
import { machinePlatform } from '../../shared/image/machine-platform.ts';
import { formatPlatform } from '../../shared/image/platform.ts';
import { archiveOf } from '../support/image/archive.ts';
import type { TestImage } from '../support/image/build.ts';
import { bytesOf } from '../support/image/bytes.ts';
import { multiPlatform } from '../support/image/platforms.ts';
import { archiveOfImage, indexOfImages, platformImage } from '../support/platforms.ts';
import { type RunResult, run } from '../support/program.ts';
import { readTar } from '../support/read-tar.ts';
import { tempFolder } from '../support/temp.ts';

const names = ['linux/amd64', 'linux/arm/v6', 'linux/arm64'];

suite('a tag with several platforms', async () => {
  const folder = await tempFolder({ after });
  const intact = join(folder, 'intact');
  const images = await Promise.all(names.map((name) => platformImage(name)));
  const [amd64, armV6, arm64] = images as [TestImage, TestImage, TestImage];
  const archive = await bytesOf(
    archiveOf(await multiPlatform(images, ['api:1'], { codec: 'gzip', attestations: true })),
  );
  const index = indexOfImages(images);

  const push = (store: string, tag: string, stdin: Buffer, ...args: string[]) =>
    run('wherry', ['push', tag, '--input', '-', '--store', store, ...args], { stdin });
  const pull = (store: string, name: string, ...args: string[]) =>
    run('wherry-agent', ['pull', name, '--output', '-', '--store', store, ...args]);
  const checkPulled = async (result: RunResult, image: TestImage) => {
    assert.equal(result.code, 0, result.stderr);
    const entries = await readTar(result.bytes);
    const at = (digest: string) => entries.get(`blobs/sha256/${digest.slice('sha256:'.length)}`);
    assert.ok(at(image.id)?.equals(image.config));
    assert.ok(at(digestOf(image.manifest))?.equals(image.manifest));
    for (const layer of image.layers) {
      assert.ok(at(layer.digest)?.equals(await bytesOf(layer.bytes())), layer.digest);
    }
    const [entry] = JSON.parse(entries.get('manifest.json')?.toString() ?? '[]');
    assert.equal(entry.Layers.length, image.layers.length);
  };
  const pushed = await push(intact, 'api:1', archive, '--json');
  assert.equal(pushed.code, 0, pushed.stderr);

  for (const image of images) {
    const platform = formatPlatform(image.platform);
    test(`${platform} comes back bit for bit`, async () => {
      await checkPulled(await pull(intact, 'api:1', '--platform', platform), image);
    });
  }

  test('without --platform, the one of this machine', async () => {
    const mine = images.find(
      ({ platform }) => formatPlatform(platform) === formatPlatform(machinePlatform()),
    );
    const pulled = await pull(intact, 'api:1');
    if (mine) await checkPulled(pulled, mine);
    else assert.equal(pulled.code, 3, pulled.stderr);
  });

  test('a host of a higher variant takes the highest below; one of a lower variant none', async () => {
    await checkPulled(await pull(intact, 'api:1', '--platform', 'linux/arm/v7'), armV6);
    const lower = await pull(intact, 'api:1', '--platform', 'linux/arm/v5');
    assert.equal(lower.code, 3);
  });

  test('what is not there is told, with what is: 3', async () => {
    const result = await pull(intact, 'api:1', '--platform', 'linux/s390x');
    assert.equal(result.code, 3);
    const all = 'linux/amd64, linux/arm/v6, linux/arm64';
    assert.ok(result.stderr.includes(`is for ${all}, not for linux/s390x.`), result.stderr);
  });

  test('an only one is pulled into an archive on any machine', async () => {
    const store = join(folder, 'only');
    for (const image of [amd64, arm64]) {
      await push(store, 'api:1', await archiveOfImage(image));
      await checkPulled(await pull(store, 'api:1'), image);
    }
  });

  test("by digest: the index's, or a manifest's", async () => {
    const all = `api@${digestOf(index)}`;
    await checkPulled(await pull(intact, all, '--platform', 'linux/arm64'), arm64);
    const one = `api@${digestOf(arm64.manifest)}`;
    await checkPulled(await pull(intact, one), arm64);
    const wrong = await pull(intact, one, '--platform', 'linux/amd64');
    assert.equal(wrong.code, 3);
    assert.match(wrong.stderr, /is for linux\/arm64, not for linux\/amd64/);
  });

  test('--json names what the tag points to and the manifest that was taken', async (t) => {
    const output = join(await tempFolder(t), 'api.tar');
    const args = ['api:1', '--output', output, '--platform', 'linux/arm64', '--store', intact];
    const { digest, manifest, imageId, platform } = (
      await run('wherry', ['pull', ...args, '--json'])
    ).json();
    assert.equal(digest, digestOf(index));
    assert.equal(manifest, digestOf(arm64.manifest));
    assert.deepEqual([imageId, platform], [arm64.id, 'linux/arm64']);
  });

  test('ls and inspect show them all, and inspect --platform one', async () => {
    const listed = await run('wherry', ['ls', '--store', intact]);
    assert.match(listed.stdout, /^api:1 .* linux\/amd64,linux\/arm\/v6,linux\/arm64 /m);
    const inspect = async (...args: string[]) => {
      const result = await run('wherry', ['inspect', 'api:1', '--store', intact, ...args]);
      assert.equal(result.code, 0, result.stderr);
      return result;
    };
    const all = (await inspect('--json')).json();
    assert.equal(all.digest, digestOf(index));
    assert.deepEqual(
      all.images.map(({ platform, digest, imageId }: Record<string, string>) => ({
        platform,
        digest,
        imageId,
      })),
      images.map((image) => ({
        platform: formatPlatform(image.platform),
        digest: digestOf(image.manifest),
        imageId: image.id,
      })),
    );
    for (const image of all.images) {
      assert.equal(image.layers.length, 2);
      assert.equal(image.config.rootfs.diff_ids[1], image.layers[1].digest);
    }
    const one = (await inspect('--json', '--platform', 'linux/arm64')).json();
    assert.deepEqual(one.images, [all.images[2]]);
    const { stdout } = await inspect();
    for (const { digest } of all.images) assert.ok(stdout.includes(digest));
  });

  let count = 0;
  const copied = async () => {
    const store = join(folder, `case-${count++}`);
    await cp(intact, store, { recursive: true });
    return store;
  };
  // biome-ignore lint/suspicious/noExplicitAny: a test changes what it likes
  const changeTag = async (store: string, change: (record: any) => void) => {
    const path = join(store, 'tags/api:1');
    const record = JSON.parse(await readFile(path, 'utf8'));
    change(record);
    // Whoever means it has no checksum, or a right one.
    delete record.checksum;
    await writeFile(path, JSON.stringify(record));
  };
  const indexPath = (store: string) => join(store, 'blobs', hexOf(digestOf(index)));
  const forget = (store: string) =>
    changeTag(store, (record) => {
      delete record.images;
    });

  test('a record from before it named the images is read, and added to', async () => {
    const store = await copied();
    await forget(store);
    for (const image of images) {
      const platform = formatPlatform(image.platform);
      await checkPulled(await pull(store, 'api:1', '--platform', platform), image);
    }
    const s390x = await platformImage('linux/s390x');
    const added = await push(store, 'api:1', await archiveOfImage(s390x), '--add', '--json');
    assert.equal(added.code, 0, added.stderr);
    assert.equal(added.json().digest, digestOf(indexOfImages([...images, s390x])));
    const { tag } = (await run('wherry', ['inspect', 'api:1', '--json', '--store', store])).json();
    assert.deepEqual([tag.layers, tag.chunks], [8, 16]);
  });

  test('so is one of a single platform', async () => {
    const store = join(folder, 'single');
    await push(store, 'api:1', await archiveOfImage(amd64));
    await forget(store);
    await checkPulled(await pull(store, 'api:1'), amd64);
    const added = await push(store, 'api:1', await archiveOfImage(arm64), '--add', '--json');
    assert.equal(added.code, 0, added.stderr);
    assert.equal(added.json().digest, digestOf(indexOfImages([amd64, arm64])));
  });

  const damages: Record<string, (bytes: Buffer) => Buffer | undefined> = {
    'with a bit flipped': (bytes) => {
      const copy = Buffer.from(bytes);
      copy[200] = (copy[200] ?? 0) ^ 4;
      return copy;
    },
    'cut short': (bytes) => bytes.subarray(0, 100),
    emptied: () => Buffer.alloc(0),
    missing: () => undefined,
  };
  for (const [how, damage] of Object.entries(damages)) {
    test(`an index ${how}: exit code 4, and --repair mends it`, async () => {
      const store = await copied();
      const damaged = damage(index);
      if (damaged) await writeFile(indexPath(store), damaged);
      else await rm(indexPath(store));
      // The tag's record is enough without it.
      await checkPulled(await pull(store, 'api:1', '--platform', 'linux/arm64'), arm64);
      await forget(store);
      const result = await pull(store, 'api:1', '--platform', 'linux/arm64');
      assert.equal(result.code, 4, result.stderr);
      assert.match(result.stderr, /^error \(store\): .*(?:corrupt|missing)/m);

      const repaired = await push(store, 'api:1', archive, '--repair');
      assert.equal(repaired.code, 0, repaired.stderr);
      assert.ok((await readFile(indexPath(store))).equals(index));
    });
  }

  test('an index that is not in canonical form is corrupt, whatever its digest: 4', async () => {
    const store = await copied();
    const other = Buffer.from(`${index} `);
    await writeFile(join(store, 'blobs', hexOf(digestOf(other))), other);
    const result = await pull(store, `api@${digestOf(other)}`, '--platform', 'linux/arm64');
    assert.equal(result.code, 4, result.stderr);
    assert.match(result.stderr, /not in canonical form/);
  });

  // biome-ignore lint/suspicious/noExplicitAny: a test changes what it likes
  const lies: Record<string, (record: any) => void> = {
    'another manifest': ({ images }) => {
      images[2].digest = images[0].digest;
    },
    'another platform': ({ images, platforms }) => {
      images[2].platform = platforms[2] = 'linux/s390x';
    },
    'another size of a manifest': ({ images }) => {
      images[2].size++;
    },
    'fewer platforms': ({ platforms }) => {
      platforms.pop();
    },
    'fewer images': ({ images, platforms }) => {
      images.pop();
      platforms.pop();
    },
    'a platform twice': ({ images }) => {
      images.push(images[0]);
    },
    'an image without its digest': ({ images }) => {
      delete images[1].digest;
    },
    'no list of images': (record) => {
      record.images = {};
    },
    'another size of the image': ({ images }) => {
      images[2].imageSize++;
    },
    'another number of layers': ({ images }) => {
      images[2].layers++;
    },
  };
  for (const [what, change] of Object.entries(lies)) {
    test(`a tag that tells of ${what} is corrupt: 4`, async () => {
      const store = await copied();
      await changeTag(store, change);
      const result = await pull(store, 'api:1', '--platform', 'linux/arm64');
      assert.equal(result.code, 4, result.stderr);
      assert.match(result.stderr, /^error \(store\): .*(?:tag .* is corrupt|disagree)/m);
    });
  }

  test('a tag that tells of another platform than its only image has is corrupt: 4', async () => {
    const store = join(folder, 'liar');
    await push(store, 'api:1', await archiveOfImage(amd64));
    await changeTag(store, ({ images, platforms }) => {
      images[0].platform = platforms[0] = 'linux/arm64';
    });
    const result = await pull(store, 'api:1', '--platform', 'linux/arm64');
    assert.equal(result.code, 4, result.stderr);
    assert.match(result.stderr, /is for linux\/amd64, where the store names it .* linux\/arm64/);
  });
});
