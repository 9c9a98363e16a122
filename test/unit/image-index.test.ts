import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { contentOf } from '../../shared/digest.ts';
import {
  decodeIndex,
  encodeIndex,
  type IndexEntry,
  isIndex,
} from '../../shared/image/image-index.ts';
import { parsePlatform } from '../../shared/image/platform.ts';

const entries: IndexEntry[] = ['linux/amd64', 'linux/arm/v7', 'linux/arm64'].map((text) => ({
  ...contentOf(Buffer.from(text)),
  platform: parsePlatform(text),
}));
const [amd64, arm, arm64] = entries as [IndexEntry, IndexEntry, IndexEntry];

suite('an image index', () => {
  test('has the same bytes in whatever order its images came', () => {
    const orders = [
      [amd64, arm, arm64],
      [arm64, arm, amd64],
      [arm, amd64, arm64],
    ];
    for (const order of orders) assert.ok(encodeIndex(order).equals(encodeIndex(entries)));
  });

  test('is written as docs/store.md says', () => {
    const manifest = (digest: string, size: number, platform: string) =>
      '{"mediaType":"application/vnd.oci.image.manifest.v1+json",' +
      `"digest":"${digest}","size":${size},"platform":{${platform}}}`;
    assert.equal(
      encodeIndex([arm, amd64]).toString(),
      '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[' +
        `${manifest(amd64.digest, amd64.size, '"architecture":"amd64","os":"linux"')},` +
        `${manifest(arm.digest, arm.size, '"architecture":"arm","os":"linux","variant":"v7"')}]}`,
    );
  });

  test('is read back in the order of its platforms', () => {
    assert.deepEqual(decodeIndex(encodeIndex([arm64, arm, amd64])), entries);
  });

  test('says of itself that it is one; a manifest and other bytes do not', () => {
    assert.ok(isIndex(encodeIndex(entries)));
    for (const other of [
      '{"mediaType":"application/vnd.oci.image.manifest.v1+json"}',
      'null',
      '{',
    ]) {
      assert.ok(!isIndex(Buffer.from(other)));
    }
  });

  const changed = (change: (index: ReturnType<typeof JSON.parse>) => unknown) =>
    JSON.stringify(change(JSON.parse(encodeIndex(entries).toString())));
  const bad: [string, string, RegExp][] = [
    ['no JSON', '{', /not JSON/],
    ['null', 'null', /several platforms/],
    ['with white space', `${encodeIndex(entries)}\n`, /canonical/],
    [
      'in another order',
      changed((index) => ({ ...index, manifests: index.manifests.toReversed() })),
      /canonical/,
    ],
    ['with another member', changed((index) => ({ ...index, annotations: {} })), /canonical/],
    ['of one platform', encodeIndex([amd64]).toString(), /several platforms/],
    ['of none', encodeIndex([]).toString(), /several platforms/],
    [
      'with one platform twice',
      encodeIndex([amd64, arm, { ...arm64, platform: arm.platform }]).toString(),
      /each once/,
    ],
    [
      'with an unusual name for a platform',
      changed((index) => {
        index.manifests[0].platform.architecture = 'x86_64';
        return index;
      }),
      /canonical/,
    ],
    [
      'with a manifest without a platform',
      changed((index) => {
        delete index.manifests[1].platform;
        return index;
      }),
      /lacks its digest, size or platform/,
    ],
    [
      'with a manifest without a size',
      changed((index) => {
        delete index.manifests[1].size;
        return index;
      }),
      /lacks its digest, size or platform/,
    ],
  ];
  for (const [name, text, message] of bad) {
    test(`${name} is corrupt`, () => {
      assert.throws(() => decodeIndex(Buffer.from(text)), { code: 'CORRUPT', message });
    });
  }
});
