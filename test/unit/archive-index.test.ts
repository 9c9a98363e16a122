import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readArchive } from '../../shared/archive/read.ts';
import { digestOf, hexOf } from '../../shared/digest.ts';
import { formatPlatform } from '../../shared/image/platform.ts';
import { archiveOf } from '../support/image/archive.ts';
import { buildImage } from '../support/image/build.ts';
import { skopeo } from '../support/image/docker-archives.ts';
import { withJson, without } from '../support/image/edit.ts';
import { jsonMember } from '../support/image/members.ts';
import { hybrid, ociArchive } from '../support/image/oci-layouts.ts';
import { multiPlatform } from '../support/image/platforms.ts';
import { Recorder } from '../support/image/recorder.ts';
import type { TarMember } from '../support/image/tar.ts';

const image = await buildImage({ layers: [[{ name: 'a', content: 'a' }]] });
const arm = await buildImage({
  layers: [[{ name: 'b', content: 'b' }]],
  platform: 'linux/arm64',
});
const named = [{ image, references: ['app:1'] }];

function read(members: TarMember[], select?: (platform: string) => boolean) {
  return readArchive(archiveOf(members), new Recorder(), {
    ...(select ? { select: ({ platform }) => select(formatPlatform(platform)) } : {}),
  });
}

/** A document as a blob, and the index entry that names it. */
function document(value: object) {
  const content = JSON.stringify(value);
  const digest = digestOf(Buffer.from(content));
  const member = { name: `blobs/sha256/${hexOf(digest)}`, content };
  return { member, entry: { digest, size: content.length } };
}

describe('what is selected', () => {
  const isArm = (platform: string) => platform === 'linux/arm64';

  test('decides what is returned', async () => {
    const members = await multiPlatform([image, arm], ['app:1']);
    const images = await read(members, isArm);
    assert.deepEqual(
      images.map(({ config }) => config),
      [arm.config],
    );
    assert.deepEqual(await read(members, () => false), []);
  });

  test('must be complete, what is declined need not be', async () => {
    const members = await multiPlatform([image], ['app:1'], { omit: [arm] });
    await assert.rejects(read(members, isArm), { message: /lacks a manifest for linux\/arm64/ });
    assert.equal((await read(members, (platform) => !isArm(platform))).length, 1);
    assert.deepEqual(await read(members, (platform) => platform === 'linux/s390x'), []);
  });
});

test('an incomplete image of manifest.json is refused beside a complete one', async () => {
  const members = await skopeo([...named, { image: arm, references: [] }]);
  const lacking = without(members, new RegExp(`^${hexOf(arm.layers[0]?.digest ?? arm.id)}.tar`));
  await assert.rejects(read(lacking), { message: /lacks layer 1 of 1/ });
});

test('manifest.json is enough where index.json leads nowhere', async () => {
  const members = withJson(await hybrid(named), 'index.json', (index) => {
    index.manifests[0].digest = digestOf(Buffer.from('elsewhere'));
    return index;
  });
  const [only] = await read(members);
  assert.deepEqual(only?.config, image.config);
});

test('an image that both name is one, with the names of both', async () => {
  const members = withJson(await hybrid(named), 'manifest.json', ([entry]) => [
    { ...entry, RepoTags: ['app:1', 'other:2'] },
  ]);
  const images = await read(members);
  assert.deepEqual(
    images.map(({ references }) => references),
    [['app:1', 'other:2']],
  );
});

test('an attestation alone is no image', async () => {
  const { entry } = document({ an: 'attestation' });
  const platform = { os: 'unknown', architecture: 'unknown' };
  const annotations = { 'vnd.docker.reference.type': 'attestation-manifest' };
  for (const marked of [
    { ...entry, platform },
    { ...entry, annotations },
  ]) {
    const members = [jsonMember('index.json', { manifests: [marked] })];
    await assert.rejects(read(members), { message: /names no container image/ });
  }
});

test('indexes may be nested, not without end', async () => {
  const members = await ociArchive(named);
  let { entry, member } = document(JSON.parse(String(members.find(isIndex)?.content)));
  const nested = [member];
  const archive = () => [
    ...members.filter((each) => !isIndex(each)),
    ...nested,
    jsonMember('index.json', { manifests: [entry] }),
  ];
  assert.equal((await read(archive())).length, 1);
  for (let level = 0; level < 8; level++) {
    // Each names the next ten times: followed each time, that would take for ever.
    ({ entry, member } = document({ manifests: Array(10).fill(entry), level }));
    nested.push(member);
  }
  await assert.rejects(read(archive()), { message: /nests indexes too deeply/ });
});

test('a config that is too large is refused', async () => {
  const huge = { name: 'config', content: `{"a":"${'x'.repeat(17 * 1024 * 1024)}"}` };
  const manifest = jsonMember('manifest.json', [{ Config: 'config', Layers: [] }]);
  await assert.rejects(read([huge, manifest]), {
    code: 'BAD_INPUT',
    message: "The archive's config (config) is JSON, and too large.",
  });
});

test('a foreign layer of a docker-archive is told as such', async () => {
  const diffId = image.diffIds[0] as string;
  const mediaType = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip';
  const members = withJson(await skopeo(named), 'manifest.json', ([entry]) => [
    { ...entry, LayerSources: { [diffId]: { mediaType } } },
  ]);
  await assert.rejects(read(without(members, /\.tar$/)), { message: /a foreign layer/ });
});

function isIndex({ name }: TarMember): boolean {
  return name === 'index.json';
}
