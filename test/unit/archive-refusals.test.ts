import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { digestOf, hexOf } from '../../shared/digest.ts';
import { archiveOf } from '../support/image/archive.ts';
import { buildImage } from '../support/image/build.ts';
import { bytesOf } from '../support/image/bytes.ts';
import { changedManifest, contentMember } from '../support/image/changed-manifest.ts';
import { legacy, nix, skopeo } from '../support/image/docker-archives.ts';
import { withContent, without } from '../support/image/edit.ts';
import { jsonMember } from '../support/image/members.ts';
import { hybrid, ociArchive } from '../support/image/oci-layouts.ts';
import { multiPlatform } from '../support/image/platforms.ts';
import { randomBytes } from '../support/image/random.ts';
import { refusal, refused } from '../support/image/refused.ts';
import { tarOf } from '../support/image/tar.ts';

const image = await buildImage({
  layers: [[{ name: 'a', content: randomBytes(50_000, 1) }], [{ name: 'b', content: 'b' }]],
});
const named = [{ image, references: ['app:1'] }];
const [first = '', second = ''] = image.diffIds.map(hexOf);
const config = hexOf(image.id);
const xz = Buffer.concat([Buffer.from('fd377a585a00', 'hex'), randomBytes(5000, 1)]);

describe('what is no archive', () => {
  test('nothing', () => refused(Buffer.alloc(0), 'BAD_INPUT', /is empty/));
  test('JSON', () => refused(Buffer.from('{"a":1}'), 'BAD_INPUT', /is not a tar/));
  test('other bytes', () => refused(randomBytes(5000, 1), 'BAD_INPUT', /is not a tar/));
  test('other bytes, compressed', () =>
    refused(gzipSync(randomBytes(5000, 1)), 'BAD_INPUT', /is not a tar/));
  test('another compression', () => refused(xz, 'BAD_INPUT', /compressed with xz/));
  test('a file system (docker export)', () =>
    refused(
      [{ name: 'etc/passwd', content: 'root' }, jsonMember('app/package.json', {})],
      'BAD_INPUT',
      /neither index.json nor manifest.json/,
    ));
  test('an image of a docker before 1.10', async () =>
    refused(without(await legacy(named), 'manifest.json'), 'BAD_INPUT', /older than 1.10/));
  test('an artifact that is no image', async () => {
    const chart = JSON.stringify({
      schemaVersion: 2,
      config: { mediaType: 'application/vnd.cncf.helm.config.v1+json' },
      layers: [],
    });
    const { name, content } = contentMember(chart);
    const digest = digestOf(Buffer.from(chart));
    const index = { manifests: [{ digest, size: chart.length }] };
    await refused(
      [{ name, content: content as string }, jsonMember('index.json', index)],
      'BAD_INPUT',
      /names no container image/,
    );
  });
  test('metadata that is no JSON', async () =>
    refused(
      withContent(await nix(named), 'manifest.json', '[{'),
      'BAD_INPUT',
      /manifest.json in the archive is not valid JSON/,
    ));
  test('metadata that names nothing', async () =>
    refused(
      withContent(await nix(named), 'manifest.json', '[{}]'),
      'BAD_INPUT',
      /names no config/,
    ));
});

describe('what is cut off', () => {
  for (const codec of ['plain', 'gzip', 'zstd', 'gzip-members', 'zstd-frames'] as const) {
    test(`an archive, ${codec}`, async () => {
      const whole = await bytesOf(archiveOf(await skopeo(named), codec));
      for (const share of [0.001, 0.1, 0.5, 0.9]) {
        const cut = whole.subarray(0, Math.ceil(whole.length * share));
        const error = await refusal(Readable.from([cut]));
        assert.equal(error.code, 'BAD_INPUT', `${share}: ${error.message}`);
      }
      const cut = whole.subarray(0, whole.length >>> 1);
      await refused(cut, 'BAD_INPUT', /cut off before its end|neither index.json nor manifest/);
    });
  }
  for (const [codec, encode] of [
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ] as const) {
    test(`a layer, ${codec}`, async () => {
      const layer = encode(await bytesOf(tarOf([{ name: 'a', content: randomBytes(50_000, 1) }])));
      const cut = layer.subarray(0, -5);
      const members = withContent(await nix(named), `${first}/layer.tar`, cut);
      await refused(
        members,
        'BAD_INPUT',
        new RegExp(`The ${codec} data of ${first}/layer.tar is cut off`),
      );
    });
  }
});

describe('what is missing', () => {
  for (const [layout, build] of Object.entries({ nix, skopeo, hybrid, ociArchive })) {
    test(`a layer of ${layout}`, async () =>
      refused(
        without(await build(named), new RegExp(`${second}(?:/layer)?(?:\\.tar)?$`)),
        'BAD_INPUT',
        new RegExp(`The archive lacks layer 2 of 2 \\(.*${second}`),
      ));
    test(`the config of ${layout}`, async () =>
      refused(
        without(await build(named), new RegExp(config)),
        'BAD_INPUT',
        new RegExp(`The archive lacks config .*${config}`),
      ));
  }
  test('a manifest, and every platform', async () => {
    const arm = await buildImage({ layers: [], platform: 'linux/arm64' });
    const members = await multiPlatform([], ['app:1'], { omit: [arm] });
    await refused(members, 'BAD_INPUT', /lacks a manifest for linux\/arm64/);
  });
  test('an image of another name than the complete one', async () => {
    const other = await buildImage({ layers: [[{ name: 'c', content: 'c' }]] });
    const members = await ociArchive([...named, { image: other, references: ['app:2'] }]);
    await refused(without(members, new RegExp(hexOf(other.id))), 'BAD_INPUT', /lacks config/);
  });
  test('a foreign layer', async () => {
    const foreign = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip';
    const members = await changedManifest(image, (manifest) => {
      manifest.layers[1] = { ...manifest.layers[1], mediaType: foreign };
    });
    await refused(
      without(members, new RegExp(second)),
      'BAD_INPUT',
      /layer 2 of 2 .*, a foreign layer/,
    );
  });
});
