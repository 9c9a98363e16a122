import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type ArchiveImage, readArchive } from '../../shared/archive/read.ts';
import { readLayout } from '../../shared/archive/read-layout.ts';
import { archiveOf, writeFolder } from '../support/image/archive.ts';
import { buildImage, type TestImage } from '../support/image/build.ts';
import { type LayoutName, layouts, writeLayout } from '../support/image/layouts.ts';
import { ociArchive } from '../support/image/oci-layouts.ts';
import { multiPlatform } from '../support/image/platforms.ts';
import { randomBytes } from '../support/image/random.ts';
import { Recorder } from '../support/image/recorder.ts';

const base = [
  { name: 'etc/', type: 'directory' as const },
  { name: 'etc/os-release', content: 'ID=test\n' },
  { name: 'bin/data', content: randomBytes(300_000, 1) },
];
const top = [{ name: 'app/greeting', content: 'hello\n'.repeat(50_000) }];
const other = [{ name: 'app/greeting', content: 'good day\n' }];
const empty = Buffer.alloc(1024);

const image = await buildImage({ layers: [base, empty, top, empty] });
const sibling = await buildImage({ layers: [base, other] });
const arm = await buildImage({ layers: [base, top], platform: 'linux/arm64' });
const armV7 = await buildImage({ layers: [base], platform: 'linux/arm/v7' });

const names = Object.keys(layouts) as LayoutName[];
const folder = mkdtempSync(join(tmpdir(), 'wherry-layout-'));
after(() => rmSync(folder, { recursive: true }));

function expected({ platform, config, layers }: TestImage, references: string[]): ArchiveImage {
  return {
    references,
    platform,
    config,
    layers: layers.map(({ digest, size }) => ({ digest, size })),
    created: '2026-01-02T03:04:05Z',
  };
}

describe('every layout gives the same image', () => {
  for (const layout of names) {
    for (const codec of ['plain', 'gzip', 'zstd-frames'] as const) {
      test(`${layout}, ${codec}`, async () => {
        const archive = await writeLayout({ image, references: ['app:1'] }, layout, codec);
        const consumer = new Recorder();
        assert.deepEqual(await readArchive(archive, consumer), [expected(image, ['app:1'])]);
        assert.deepEqual(
          new Set(consumer.delivered.map(({ digest }) => digest)),
          new Set(image.diffIds),
        );
        assert.ok(archive.destroyed);
      });
    }
  }
});

describe('several images in one archive', () => {
  for (const layout of names) {
    test(layout, async () => {
      const archive = await writeLayout(
        [
          { image, references: ['app:1', 'registry.test:5000/team/app:1'] },
          { image: sibling, references: ['app:2'] },
        ],
        layout,
      );
      const consumer = new Recorder();
      assert.deepEqual(await readArchive(archive, consumer), [
        expected(image, ['app:1', 'registry.test:5000/team/app:1']),
        expected(sibling, ['app:2']),
      ]);
    });
  }
});

test('an image without a name or layers', async () => {
  const nothing = await buildImage({ layers: [] });
  for (const layout of names) {
    const archive = await writeLayout({ image: nothing, references: [] }, layout);
    assert.deepEqual(await readArchive(archive, new Recorder()), [expected(nothing, [])], layout);
  }
});

test('an index of platforms, with attestations and with platforms that are left out', async () => {
  const members = await multiPlatform([image, arm], ['app:1'], {
    codec: 'gzip',
    attestations: true,
    omit: [armV7],
  });
  assert.deepEqual(await readArchive(archiveOf(members), new Recorder()), [
    expected(image, ['app:1']),
    expected(arm, ['app:1']),
  ]);
});

test("a variant that only the index has is the image's", async () => {
  const vague = await buildImage({ layers: [base], platform: 'linux/arm' });
  const platform = { os: 'linux', architecture: 'arm', variant: 'v7' };
  const members = await multiPlatform([{ ...vague, platform }], []);
  const [read] = await readArchive(archiveOf(members), new Recorder());
  assert.deepEqual(read?.platform, platform);
});

test('names in ./, hard links and absolute links are followed', async () => {
  const [layer = { name: '' }, ...rest] = await layouts.nix([{ image: arm, references: [] }]);
  const members = [...rest, layer, ...rest].map((member) => ({
    ...member,
    name: `./${member.name}`,
  }));
  assert.deepEqual(await readArchive(archiveOf(members), new Recorder()), [expected(arm, [])]);

  const linked = await layouts.legacy([{ image, references: [] }]);
  for (const member of linked) {
    if (member.type !== 'symlink' || !member.linkname) continue;
    member.type = 'link';
    member.linkname = member.linkname.replace('../', '');
  }
  assert.ok(linked.some(({ type }) => type === 'link'));
  assert.deepEqual(await readArchive(archiveOf(linked), new Recorder()), [expected(image, [])]);

  const absolute = await layouts.legacy([{ image, references: [] }]);
  for (const member of absolute) {
    if (member.linkname) member.linkname = member.linkname.replace('..', '');
  }
  assert.deepEqual(await readArchive(archiveOf(absolute), new Recorder()), [expected(image, [])]);
});

describe('the folder of an OCI layout', () => {
  test('is read from the base up, each layer once', async () => {
    const path = join(folder, 'single');
    await writeFolder(await ociArchive([{ image, references: ['app:1'] }]), path);
    const consumer = new Recorder();
    assert.deepEqual(await readLayout(path, consumer), [expected(image, ['app:1'])]);
    assert.deepEqual(
      consumer.delivered.map(({ digest }) => digest),
      image.diffIds.slice(0, 3),
    );
  });

  test('only what is selected is read', async () => {
    const path = join(folder, 'platforms');
    const options = { codec: 'zstd' as const, attestations: true, omit: [armV7] };
    await writeFolder(await multiPlatform([image, arm], ['app:1'], options), path);
    const consumer = new Recorder([arm.layers[1] as (typeof arm.layers)[1]]);
    const images = await readLayout(path, consumer, {
      select: ({ platform }) => platform.architecture === 'arm64',
    });
    assert.deepEqual(images.length, 1);
    assert.deepEqual(images[0]?.config, arm.config);
    assert.deepEqual(consumer.asked, arm.diffIds);
    assert.deepEqual(
      consumer.delivered.map(({ digest }) => digest),
      arm.diffIds.slice(0, 1),
    );
  });

  test('a folder that is none is refused', async () => {
    await assert.rejects(readLayout(folder, new Recorder()), {
      code: 'BAD_INPUT',
      message: `${folder} is not an OCI layout: it has no index.json.`,
    });
  });
});
