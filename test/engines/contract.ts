import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { digestOf } from '../../shared/digest.ts';
import type { Engine, EngineImage } from '../../shared/engine/engine.ts';
import { filesOf } from './archive-files.ts';
import { archiveOf, type SampleArchive, type SampleImage, sampleImage } from './sample-image.ts';

/**
 * What Wherry relies on, of every engine that it supports. Tests share one engine, so each uses
 * images and names of its own.
 *
 * @param open gives the same engine each time
 */
export function engineContract(open: () => Engine): void {
  const load = async (image: SampleImage, options: SampleArchive) =>
    open().load(Readable.from([await archiveOf(image, options)]));
  const find = (image: SampleImage) => findById(open(), image);
  const rejected = { code: 'ENGINE_FAILED', side: 'engine' };

  test('says what it is', async () => {
    const { version, apiVersion, platform, imageStore } = await open().info();
    assert.match(version, /^\d+\.\d+/);
    assert.match(apiVersion, /^1\.\d+$/);
    assert.equal(platform.os, 'linux');
    assert.ok(['graph-driver', 'containerd', 'podman'].includes(imageStore));
  });

  for (const format of ['docker', 'both'] as const) {
    test(`loads an archive and describes the image (${format})`, async () => {
      const name = `loaded-${format}:1`;
      const image = await sampleImage();
      const loaded = await load(image, { name, format });
      assert.match(loaded.join(), new RegExp(name));
      const described = await open().inspect(name);
      assert.deepEqual(described?.diffIds, image.diffIds);
      // Podman takes a short name in a docker-archive for one of its own.
      const tags = described.tags.map((tag) => tag.replace(/^localhost\//, ''));
      assert.deepEqual(tags, [name]);
      assert.deepEqual(described.platform, { os: 'linux', architecture: 'amd64' });
      assert.ok(described.size > 0);
    });
  }

  test("an image's ID is the digest that its store goes by", async () => {
    const image = await sampleImage();
    await load(image, { name: 'identified:1' });
    const { imageStore } = await open().info();
    const expected = imageStore === 'containerd' ? image.manifestDigest : image.configDigest;
    assert.equal((await open().inspect('identified:1'))?.id, expected);
  });

  test('gives back what it loaded', async () => {
    const image = await sampleImage({ size: 5_000_000 });
    await load(image, { name: 'returned:1' });
    const saved = await filesOf(await open().save('returned:1'));
    const digests = new Set([...saved.values()].map(digestOf));
    for (const digest of [image.configDigest, ...image.diffIds]) assert.ok(digests.has(digest));
  });

  test('loads only the layers that it lacks', async () => {
    const base = await sampleImage();
    await load(base, { name: 'delta:1' });
    const next = await sampleImage({ base, layers: 1 });
    await load(next, { name: 'delta:2', without: base });
    assert.deepEqual((await open().inspect('delta:2'))?.diffIds, next.diffIds);
  });

  test('refuses an archive without layers that it lacks', async () => {
    const base = await sampleImage();
    const image = await sampleImage({ base, layers: 1 });
    await assert.rejects(load(image, { name: 'incomplete:1', without: base }), rejected);
    assert.notDeepEqual((await open().inspect('incomplete:1'))?.diffIds, image.diffIds);
    await open().remove('incomplete:1');
    assert.equal(await open().inspect('incomplete:1'), undefined);
  });

  test('loads an image without a name, to be tagged once it is verified', async () => {
    const image = await sampleImage();
    await load(image, {});
    const found = await find(image);
    assert.deepEqual(found?.diffIds, image.diffIds);
    assert.deepEqual(found.tags, []);
    await open().tag(found.id, 'verified:1');
    assert.equal((await open().inspect('verified:1'))?.id, found.id);
  });

  test('lists images, with tags and without', async () => {
    const tagged = await sampleImage();
    const untagged = await sampleImage();
    await load(tagged, { name: 'listed:1' });
    await load(untagged, {});
    const images = await open().images();
    const listed = images.find(({ tags }) => tags.includes('listed:1'));
    assert.deepEqual(listed?.diffIds, tagged.diffIds);
    const nameless = images.find(({ diffIds }) => diffIds[0] === untagged.diffIds[0]);
    assert.deepEqual(nameless?.tags, []);
  });

  test('moves a tag', async () => {
    const [older, newer] = [await sampleImage(), await sampleImage()];
    await load(older, { name: 'moved:1' });
    await load(newer, { name: 'moved:2' });
    await open().tag('moved:2', 'moved:1');
    assert.deepEqual((await open().inspect('moved:1'))?.diffIds, newer.diffIds);
    assert.deepEqual((await find(older))?.tags, []);
  });

  test('tags with the name of a registry', async () => {
    await load(await sampleImage(), { name: 'registry:1' });
    await open().tag('registry:1', 'registry.example:5000/team/api:v1.0_x');
    const { tags = [] } = (await open().inspect('registry.example:5000/team/api:v1.0_x')) ?? {};
    assert.deepEqual(tags.sort(), ['registry.example:5000/team/api:v1.0_x', 'registry:1']);
  });

  test('removes a tag, and the image with the last one', async () => {
    const image = await sampleImage();
    await load(image, { name: 'removed:1' });
    await open().tag('removed:1', 'removed:2');
    await open().remove('removed:1');
    assert.equal(await open().inspect('removed:1'), undefined);
    assert.deepEqual((await find(image))?.tags, ['removed:2']);
    await open().remove('removed:2');
    assert.equal(await find(image), undefined);
  });

  test('what is missing is undefined to inspect, gone to remove, not found otherwise', async () => {
    const missing = { code: 'NOT_FOUND', side: 'engine' };
    const { configDigest } = await sampleImage();
    for (const reference of ['missing:1', 'registry.example/team/missing:1', configDigest]) {
      assert.equal(await open().inspect(reference), undefined);
      await open().remove(reference);
      await assert.rejects(open().save(reference), missing);
      await assert.rejects(open().tag(reference, 'missing:2'), missing);
    }
  });

  test('refuses what is no archive', async () => {
    await assert.rejects(open().load(Readable.from([Buffer.alloc(200_000, 'x')])), rejected);
    await assert.rejects(open().load(Readable.from([Buffer.alloc(1024)])), rejected);
  });

  test('refuses an archive that was cut short', async () => {
    const image = await sampleImage({ size: 2_000_000 });
    const archive = await archiveOf(image, { name: 'cut:1' });
    await assert.rejects(open().load(Readable.from([archive.subarray(0, 3_000_000)])), rejected);
    assert.equal(await open().inspect('cut:1'), undefined);
  });

  test("throws the archive's own error, and loads nothing", async () => {
    const image = await sampleImage({ size: 2_000_000 });
    const own = new Error('the store is gone');
    const archive = Readable.from(allButTheEnd(await archiveOf(image, { name: 'failed:1' }), own));
    await assert.rejects(open().load(archive), own);
    assert.equal(await open().inspect('failed:1'), undefined);
    assert.equal(await find(image), undefined);
  });

  test('an archive that fails after its last byte is no success', async () => {
    const own = new Error('the checksum is wrong');
    const bytes = await archiveOf(await sampleImage(), { name: 'late:1' });
    async function* pieces() {
      yield bytes;
      await new Promise((resolve) => setTimeout(resolve, 300));
      throw own;
    }
    await assert.rejects(open().load(Readable.from(pieces())), own);
  });

  test('loads nothing when it is interrupted before the end', async () => {
    const image = await sampleImage({ size: 2_000_000 });
    const abort = new AbortController();
    const bytes = await archiveOf(image, { name: 'aborted:1' });
    async function* pieces() {
      yield bytes.subarray(0, -600);
      setTimeout(() => abort.abort(), 50);
      await new Promise(() => {});
    }
    const loading = open().load(Readable.from(pieces()), abort.signal);
    await assert.rejects(loading, { code: 'INTERRUPTED' });
    assert.equal(await open().inspect('aborted:1'), undefined);
    assert.equal(await find(image), undefined);
  });

  test('an archive that is no longer wanted harms nothing', async () => {
    const image = await sampleImage({ size: 5_000_000 });
    await load(image, { name: 'unwanted:1' });
    const abort = new AbortController();
    const archive = await open().save('unwanted:1', abort.signal);
    archive.once('data', () => abort.abort());
    await assert.rejects(filesOf(archive), { code: 'INTERRUPTED' });
    assert.deepEqual((await open().inspect('unwanted:1'))?.diffIds, image.diffIds);
  });
}

/** Under whichever digest the engine has it. */
async function findById(engine: Engine, image: SampleImage): Promise<EngineImage | undefined> {
  return (await engine.inspect(image.configDigest)) ?? engine.inspect(image.manifestDigest);
}

/** Ends in the error where nothing but the end blocks is missing. */
async function* allButTheEnd(archive: Buffer, error: Error): AsyncGenerator<Buffer> {
  yield archive.subarray(0, -1024);
  throw error;
}
