import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { readArchive } from '../../shared/archive/read.ts';
import { writeArchive } from '../../shared/archive/write.ts';
import { archiveOf } from '../support/image/archive.ts';
import { bigLayer } from '../support/image/big-layer.ts';
import { buildImage, type TestImage } from '../support/image/build.ts';
import { hybrid } from '../support/image/oci-layouts.ts';
import { Recorder } from '../support/image/recorder.ts';

const megabyte = 1_000_000;
const layerSize = 300 * megabyte;
/** Far below the layer, far above what garbage collection leaves lying about. */
const limit = 150 * megabyte;

/** Notes the most memory in use while it reads slower than the input can write. */
class Meter extends Recorder {
  peak = 0;

  override layer(plain: AsyncIterable<Buffer>) {
    const note = () => {
      this.peak = Math.max(this.peak, process.memoryUsage.rss());
    };
    async function* slowly() {
      for await (const piece of plain) {
        await nextTurn();
        note();
        yield piece;
      }
    }
    return super.layer(slowly());
  }
}

async function growth(image: TestImage, archive: AsyncIterable<Buffer>): Promise<number> {
  const before = process.memoryUsage.rss();
  const meter = new Meter();
  const [read] = await readArchive(archive, meter);
  assert.deepEqual(
    read?.layers.map(({ digest }) => digest),
    image.diffIds,
  );
  return meter.peak - before;
}

const image = await buildImage({ layers: [bigLayer(layerSize, 1)] });

test('memory does not grow with the size of a layer', async () => {
  const archive = writeArchive({ ...image, references: [] });
  assert.ok((await growth(image, archive)) < limit);
});

test('nor with that of one that is compressed', async () => {
  const archive = archiveOf(await hybrid([{ image, references: [] }], { codec: 'zstd' }));
  assert.ok((await growth(image, archive)) < limit);
});
