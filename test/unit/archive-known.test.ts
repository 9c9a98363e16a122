import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readArchive } from '../../shared/archive/read.ts';
import { digestOf, hexOf } from '../../shared/digest.ts';
import { archiveOf } from '../support/image/archive.ts';
import { buildImage } from '../support/image/build.ts';
import { bytesOf } from '../support/image/bytes.ts';
import { withContent } from '../support/image/edit.ts';
import { type LayoutName, layouts, writeLayout } from '../support/image/layouts.ts';
import { Recorder } from '../support/image/recorder.ts';
import type { TarMember } from '../support/image/tar.ts';

const image = await buildImage({
  layers: [[{ name: 'a', content: 'a' }], [{ name: 'b', content: 'b' }]],
});
const named = [{ image, references: ['app:1'] }];

function delivered(consumer: Recorder) {
  return consumer.delivered.map(({ digest }) => digest);
}

async function holdsLayer({ content }: TarMember): Promise<boolean> {
  return typeof content === 'function' && !String(await bytesOf(content())).startsWith('{');
}

describe('a plain layer whose name tells its diffID is skipped', () => {
  for (const layout of ['oci', 'oci-archive-plain', 'skopeo', 'nix'] as const) {
    test(layout, async () => {
      const consumer = new Recorder(image.layers.slice(0, 1));
      const archive = await writeLayout({ image, references: [] }, layout);
      const [read] = await readArchive(archive, consumer);
      assert.deepEqual(
        read?.layers.map(({ digest }) => digest),
        image.diffIds,
      );
      assert.deepEqual(delivered(consumer), image.diffIds.slice(1));
    });
  }
});

describe('any layer is skipped when the metadata came before it', () => {
  for (const layout of Object.keys(layouts) as LayoutName[]) {
    test(layout, async () => {
      const members = await layouts[layout](named);
      const isLayer = await Promise.all(members.map(holdsLayer));
      const metadata = members.filter((_, index) => !isLayer[index]);
      const layers = members.filter((_, index) => isLayer[index]);
      assert.equal(layers.length, 2);
      const consumer = new Recorder(image.layers);
      const [read] = await readArchive(archiveOf([...metadata, ...layers]), consumer);
      assert.deepEqual(
        read?.layers.map(({ digest }) => digest),
        image.diffIds,
      );
      assert.deepEqual(delivered(consumer), []);
    });
  }
});

test('a compressed blob is not taken for the layer of its digest', async () => {
  const consumer = new Recorder();
  const archive = await writeLayout({ image, references: [] }, 'oci-gzip');
  await readArchive(archive, consumer);
  assert.deepEqual(delivered(consumer).sort(), [...image.diffIds].sort());
  assert.deepEqual(consumer.asked, []);
});

test('a known layer that the config does not name is refused', async () => {
  const consumer = new Recorder(image.layers);
  const [first = '', second = ''] = image.diffIds.map(hexOf);
  const members = await layouts.nix(named);
  const swapped = [`${second}/layer.tar`, `${first}/layer.tar`];
  const entry = { Config: `${hexOf(image.id)}.json`, RepoTags: null, Layers: swapped };
  const manifest = JSON.stringify([entry]);
  await assert.rejects(
    readArchive(archiveOf(withContent(members, 'manifest.json', manifest)), consumer),
    {
      code: 'CORRUPT',
    },
  );
});

describe('a layer that was delivered is not delivered again', () => {
  for (const [what, build] of Object.entries({
    'under the same name': layouts['oci-archive'],
    'under another name': async (images: Parameters<typeof layouts.nix>[0]) => [
      ...(await layouts.nix(images)),
      ...(await layouts.skopeo(images)),
    ],
  })) {
    test(what, async () => {
      const consumer = new Recorder();
      const members = await build(named);
      await readArchive(archiveOf([...members, ...members]), consumer);
      assert.deepEqual(new Set(delivered(consumer)), new Set(image.diffIds));
      assert.equal(consumer.delivered.length, 2);
    });
  }
});

test('a layer that looks like JSON is delivered in the end', async () => {
  const statement = Buffer.from('{"_type":"https://in-toto.io/Statement/v0.1"}');
  const odd = await buildImage({ layers: [statement] });
  const consumer = new Recorder();
  const archive = await writeLayout({ image: odd, references: [] }, 'oci');
  const [read] = await readArchive(archive, consumer);
  assert.deepEqual(read?.layers, [{ digest: digestOf(statement), size: statement.length }]);
  assert.deepEqual(consumer.delivered, read.layers);
});
