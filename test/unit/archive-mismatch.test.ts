import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { digestOf, hexOf } from '../../shared/digest.ts';
import { buildImage } from '../support/image/build.ts';
import { bytesOf } from '../support/image/bytes.ts';
import { changedManifest, contentMember } from '../support/image/changed-manifest.ts';
import { nix, skopeo } from '../support/image/docker-archives.ts';
import { withContent, withJson, without } from '../support/image/edit.ts';
import { jsonMember } from '../support/image/members.ts';
import { hybrid, ociArchive } from '../support/image/oci-layouts.ts';
import { randomBytes } from '../support/image/random.ts';
import { refused } from '../support/image/refused.ts';
import { tarOf } from '../support/image/tar.ts';

const image = await buildImage({
  layers: [[{ name: 'a', content: randomBytes(50_000, 1) }], [{ name: 'b', content: 'b' }]],
});
const named = [{ image, references: ['app:1'] }];
const [first = '', second = ''] = image.diffIds.map(hexOf);
const config = hexOf(image.id);
const xz = Buffer.concat([Buffer.from('fd377a585a00', 'hex'), randomBytes(5000, 1)]);
const bzip2 = Buffer.concat([Buffer.from('BZh9'), randomBytes(5000, 1)]);

describe('what does not match', () => {
  for (const [layout, build] of Object.entries({ hybrid, ociArchive })) {
    for (const [what, hex] of Object.entries({ layer: first, config })) {
      test(`the bytes of a ${what} of ${layout} and its name`, async () => {
        const content = what === 'layer' ? await bytesOf(tarOf([{ name: 'x' }])) : '{}';
        const members = withContent(await build(named), `blobs/sha256/${hex}`, content);
        await refused(
          members,
          'CORRUPT',
          new RegExp(`blobs/sha256/${hex} .* does not match its name`),
        );
      });
    }
  }
  test('the bytes of a compressed layer and its name', async () => {
    const members = await ociArchive(named, { codec: 'gzip' });
    const large = members.find(({ size = 0 }) => size > 40_000)?.name ?? '';
    const content = gzipSync(await bytesOf(tarOf([{ name: 'x' }])));
    await refused(withContent(members, large, content), 'CORRUPT', /does not match its name/);
  });
  test('a legacy config and its name', async () =>
    refused(
      withContent(
        await skopeo(named),
        `${config}.json`,
        image.config.toString().replace('amd64', 'arm64'),
      ),
      'CORRUPT',
      new RegExp(`${config}.json .* does not match its name`),
    ));
  test('a layer and its diffID', async () =>
    refused(
      withContent(await skopeo(named), `${second}.tar`, await bytesOf(tarOf([{ name: 'x' }]))),
      'CORRUPT',
      new RegExp(
        `Layer 2 of 2 \\(${second}.tar\\) is sha256:.* where the config names ${image.diffIds[1]}`,
      ),
    ));
  test('the order of layers', async () =>
    refused(
      withJson(await nix(named), 'manifest.json', ([entry]) => [
        { ...entry, Layers: entry.Layers.reverse() },
      ]),
      'CORRUPT',
      /Layer 1 of 2/,
    ));
  test('the count of layers', async () =>
    refused(
      withJson(await nix(named), 'manifest.json', ([entry]) => [
        { ...entry, Layers: entry.Layers.slice(1) },
      ]),
      'BAD_INPUT',
      /config names 2 layers, its manifest 1/,
    ));
  test('the size in a descriptor', async () => {
    const members = await changedManifest(image, (manifest) => {
      manifest.layers[0].size += 1;
    });
    await refused(
      members,
      'CORRUPT',
      new RegExp(`${first} .* has \\d+ bytes where \\d+ are named`),
    );
    const other = await changedManifest(image, (manifest) => {
      manifest.config.size += 1;
    });
    await refused(other, 'CORRUPT', new RegExp(`${config} .* has \\d+ bytes`));
    const index = withJson(await ociArchive(named), 'index.json', ({ manifests: [entry] }) => ({
      manifests: [{ ...entry, size: 1 }],
    }));
    await refused(index, 'CORRUPT', /has \d+ bytes where 1 are named/);
  });
  test('compressed bytes and their checksum', async () => {
    const layer = gzipSync(await bytesOf(tarOf([{ name: 'a', content: 'a' }])));
    layer.writeUInt8(layer.readUInt8(layer.length - 8) ^ 1, layer.length - 8);
    const members = withContent(await nix(named), `${first}/layer.tar`, layer);
    await refused(members, 'CORRUPT', /The gzip data of .* cannot be decompressed/);
  });
});

describe('what cannot be delivered', () => {
  test('a manifest of schema version 1', async () => {
    const old = JSON.stringify({ schemaVersion: 1, fsLayers: [], history: [] });
    const index = { manifests: [{ digest: digestOf(Buffer.from(old)), size: old.length }] };
    await refused(
      [contentMember(old), jsonMember('index.json', index)],
      'BAD_INPUT',
      /schema version 1/,
    );
  });
  test('encrypted layers', async () => {
    const members = await changedManifest(image, (manifest) => {
      manifest.layers[0].mediaType += '+gzip+encrypted';
    });
    await refused(members, 'BAD_INPUT', /encrypted/);
  });
  test('layers of an unknown compression', async () => {
    for (const [bytes, why] of [
      [xz, /is compressed with xz/],
      [bzip2, /is compressed with bzip2/],
      [randomBytes(5000, 2), /is neither a tar nor gzip or zstd data/],
    ] as const) {
      const members = withContent(await nix(named), `${first}/layer.tar`, bytes);
      await refused(members, 'BAD_INPUT', why);
    }
  });
  test('a config that is none', async () => {
    const members = await nix(named);
    const entry = { Config: 'config', RepoTags: null, Layers: [] };
    for (const content of ['{}', '{', image.manifest]) {
      await refused(
        [
          ...without(members, 'manifest.json'),
          { name: 'config', content },
          jsonMember('manifest.json', [entry]),
        ],
        'BAD_INPUT',
        /config names no layers/,
      );
    }
  });
  test('a digest that is no sha256', async () => {
    const members = withJson(await ociArchive(named), 'index.json', (index) => {
      index.manifests[0].digest = `sha512:${'0'.repeat(128)}`;
      return index;
    });
    await refused(members, 'BAD_INPUT', /names a blob by "sha512:.*, which is no sha256/);
  });
  test('too much JSON', async () => {
    const large = `{"a":"${'x'.repeat(16_000_000)}"}`;
    const members = Array.from({ length: 18 }, (_, at) => ({ name: `${at}.json`, content: large }));
    await refused(members, 'BAD_INPUT', /more than 256 MiB of JSON/);
  });
});
