import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readArchive } from '../../shared/archive/read.ts';
import { isWherryError } from '../../shared/error.ts';
import { archiveOf } from '../support/image/archive.ts';
import { buildImage } from '../support/image/build.ts';
import { bytesOf, inChunks } from '../support/image/bytes.ts';
import { type LayoutName, layouts } from '../support/image/layouts.ts';
import { randomBytes, shuffle } from '../support/image/random.ts';
import { Recorder } from '../support/image/recorder.ts';

const image = await buildImage({
  layers: [
    [{ name: 'a', content: randomBytes(30_000, 1) }],
    Buffer.alloc(1024),
    [{ name: 'b', content: 'b'.repeat(30_000) }],
    Buffer.alloc(1024),
  ],
});

test('the entries of any layout come in any order and any pieces', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...(Object.keys(layouts) as LayoutName[])),
      fc.integer(),
      fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 2, maxLength: 4 }),
      fc.subarray(image.layers),
      async (layout, seed, sizes, has) => {
        const members = await layouts[layout]([{ image, references: ['app:1'] }]);
        const archive = await bytesOf(archiveOf(shuffle(members, seed)));
        const consumer = new Recorder(has);
        const [read, ...more] = await readArchive(inChunks(archive, sizes), consumer);
        assert.deepEqual(more, []);
        assert.deepEqual(read?.config, image.config);
        assert.deepEqual(read.references, ['app:1']);
        assert.deepEqual(
          read.layers.map(({ digest }) => digest),
          image.diffIds,
        );
        assert.deepEqual(
          read.layers.map(({ size }) => size),
          image.layers.map(({ size }) => size),
        );
      },
    ),
    { numRuns: 100 },
  );
});

test('an archive that ends in its first file says so, though nobody read it yet', async () => {
  const archive = await bytesOf(
    archiveOf(await layouts['oci-archive']([{ image, references: ['app:1'] }])),
  );
  for (let end = 1; end < 8_000; end += 97) {
    const reading = readArchive(inChunks(archive.subarray(0, end), [65_536]), new Recorder());
    await assert.rejects(reading, { code: 'BAD_INPUT' }, `${end} bytes`);
  }
});

test('an archive that is cut off anywhere is refused, unless only its end was lost', async () => {
  const archives = await Promise.all(
    (['legacy', 'oci', 'oci-archive', 'kaniko'] as const).map(async (layout) =>
      bytesOf(archiveOf(await layouts[layout]([{ image, references: ['app:1'] }]))),
    ),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...archives),
      fc.double({ noNaN: true, min: 0, max: 1 }),
      async (archive, share) => {
        const cut = archive.subarray(0, Math.floor(archive.length * share));
        const reading = readArchive(inChunks(cut, [65_536]), new Recorder());
        const outcome = await reading.catch((error: unknown) => error);
        if (isWherryError(outcome, 'BAD_INPUT')) return;
        const [read] = outcome as Awaited<typeof reading>;
        assert.deepEqual(read?.references, ['app:1'], String(outcome));
        assert.deepEqual(
          read.layers.map(({ digest }) => digest),
          image.diffIds,
        );
      },
    ),
    { numRuns: 100 },
  );
});
