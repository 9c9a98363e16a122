import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { digestOf, hexOf } from '../../shared/digest.ts';
import { parseTagReference } from '../../shared/image/reference.ts';
import { archiveOfImage, indexOfImages, platformImage } from '../support/platforms.ts';
import { run } from '../support/program.ts';
import { startTestS3 } from '../support/s3.ts';
import { openTestStore, pushArchive } from '../support/store.ts';
import { tempFolder } from '../support/temp.ts';
import { sizesIn } from '../support/two-stores.ts';

const names = ['linux/amd64', 'linux/arm64', 'linux/arm/v7', 'linux/arm/v6'];
const images = await Promise.all(names.map((name) => platformImage(name)));
const archives = await Promise.all(images.map(archiveOfImage));
const index = digestOf(indexOfImages(images));
const production = parseTagReference('api:production');

suite('a promotion from store to store', async () => {
  const s3 = await startTestS3({ after });
  Object.assign(process.env, s3.env);
  const folder = await tempFolder({ after });
  const source = 's3://images/source';
  for (const archive of archives) {
    const args = ['push', 'api:1', '--input', '-', '--add', '--store', source];
    const pushed = await run('wherry', args, { env: s3.env, stdin: archive });
    assert.equal(pushed.code, 0, pushed.stderr);
  }
  const contents = async (store: string) =>
    new Map([...(await sizesIn(store))].filter(([key]) => !/^(?:tags|history)\//.test(key)));
  const promote = (from: string, to: string, ...args: string[]) =>
    run('wherry', ['promote', 'api:1', 'api:production', '--yes', '--json', '--to', to, ...args], {
      env: { ...s3.env, WHERRY_STORE: from },
    });
  async function checkPlatforms(store: string, platforms: string[]) {
    for (const platform of platforms) {
      const args = [
        'pull',
        'api:production',
        '--platform',
        platform,
        '--output',
        '-',
        '--store',
        store,
      ];
      const pulled = await run('wherry', args, { env: s3.env });
      assert.equal(pulled.code, 0, pulled.stderr);
    }
  }

  test('to a folder, from there to another, and back to S3: all platforms, byte for byte', async () => {
    const wanted = await contents(source);
    // Indexes of the pushes before the last one, which no tag leads to any more.
    for (const count of [2, 3]) {
      const old = digestOf(indexOfImages(images.slice(0, count)));
      assert.ok(wanted.delete(`blobs/${hexOf(old)}`));
    }
    const stores = [source, join(folder, 'disk'), join(folder, 'other'), 's3://images/beyond'];
    for (const [number, to] of stores.slice(1).entries()) {
      const from = stores[number] ?? '';
      const name = number === 0 ? 'api:1' : 'api:production';
      const args = [
        'promote',
        name,
        'api:production',
        '--yes',
        '--json',
        '--store',
        from,
        '--to',
        to,
      ];
      const result = await run('wherry', args, { env: s3.env });
      assert.equal(result.code, 0, result.stderr);
      const { digest, platforms, objects, plan } = result.json();
      assert.deepEqual([digest, platforms], [index, names.toSorted()]);
      assert.deepEqual([objects.carried, plan.copy.serverSide], [objects.copied, false]);
      assert.deepEqual(await contents(to), wanted);
    }
    await checkPlatforms('s3://images/beyond', names);
    const record = await (await openTestStore('s3://images/beyond')).getTag(production);
    assert.match(record?.from?.store ?? '', /^file:\/\/.*\/other$/);
    const first = await (await openTestStore(source)).getTag(parseTagReference('api:1'));
    assert.deepEqual(record?.images, first?.images);
  });

  test('a tag that has some of the platforms gets the others, and no chunk twice', async () => {
    const to = 's3://images/some';
    await pushArchive(to, 'api:production', archives[0] as Buffer);
    const result = await promote(source, to);
    assert.equal(result.code, 0, result.stderr);
    assert.match(
      result.stderr,
      /Platforms +linux\/amd64; new: linux\/arm\/v6, linux\/arm\/v7, linux\/arm64\n/,
    );
    // Of three platforms a layer of its own, that is a chunk of each stream and a recipe; config and
    // manifest; and the index.
    assert.deepEqual(result.json().plan.copy.layers, { total: 8, missing: 3 });
    assert.equal(result.json().objects.copied, 3 * 4 + 2);
    await checkPlatforms(to, names);
  });

  test('some of the platforms have an index of their own', async () => {
    const to = join(folder, 'arm');
    const result = await promote(source, to, '--platform', 'linux/arm');
    assert.equal(result.code, 0, result.stderr);
    const arm = images.filter(({ platform }) => platform.architecture === 'arm');
    assert.equal(result.json().digest, digestOf(indexOfImages(arm)));
    const store = await openTestStore(to);
    const stored = await store.getBlob(digestOf(indexOfImages(arm)));
    assert.ok(stored?.equals(indexOfImages(arm)));
    await checkPlatforms(to, ['linux/arm/v6', 'linux/arm/v7']);
  });

  test('a store that is new is cut as the source is; another keeps its own sizes', async () => {
    const own = { wherry: 1, chunking: { min: 4096, average: 8192, max: 16384 } };
    const from = join(folder, 'small');
    const format = join(from, 'format.json');
    await pushArchive(from, 'api:0', archives[0] as Buffer);
    await writeFile(format, JSON.stringify(own));
    await pushArchive(from, 'api:1', archives[1] as Buffer);
    const fresh = join(folder, 'fresh');
    assert.equal((await promote(from, fresh)).code, 0);
    assert.deepEqual(JSON.parse(await readFile(join(fresh, 'format.json'), 'utf8')), own);

    const kept = join(folder, 'kept');
    await pushArchive(kept, 'api:0', archives[2] as Buffer);
    const before = await readFile(join(kept, 'format.json'));
    const result = await promote(from, kept);
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(await readFile(join(kept, 'format.json')), before);
    await checkPlatforms(kept, ['linux/arm64']);
  });
});
