import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readArchive } from '../../shared/archive/read.ts';
import { readLayout } from '../../shared/archive/read-layout.ts';
import { isWherryError } from '../../shared/error.ts';
import { writeFolder } from '../support/image/archive.ts';
import { bigLayer } from '../support/image/big-layer.ts';
import { buildImage } from '../support/image/build.ts';
import { layouts, writeLayout } from '../support/image/layouts.ts';
import { Recorder } from '../support/image/recorder.ts';

const image = await buildImage({ layers: [bigLayer(2_000_000, 1)] });
const named = { image, references: [] };
const folder = mkdtempSync(join(tmpdir(), 'wherry-abort-'));
after(() => rmSync(folder, { recursive: true }));

/** Calls back when the first piece of a layer has arrived, and keeps the error that ends it. */
class Watcher extends Recorder {
  error: unknown;
  readonly #onPiece: () => void;

  constructor(onPiece: () => void) {
    super();
    this.#onPiece = onPiece;
  }

  override async layer(plain: AsyncIterable<Buffer>) {
    const onPiece = this.#onPiece;
    async function* watched() {
      for await (const piece of plain) {
        onPiece();
        yield piece;
      }
    }
    try {
      return await super.layer(watched());
    } catch (error) {
      this.error = error;
      throw error;
    }
  }
}

describe('in the middle of a layer', () => {
  for (const layout of ['oci', 'oci-gzip', 'oci-zstd-frames'] as const) {
    for (const codec of ['plain', 'gzip', 'zstd-frames'] as const) {
      test(`an abort ends everything: ${layout}, ${codec}`, async () => {
        const controller = new AbortController();
        const archive = await writeLayout(named, layout, codec);
        const consumer = new Watcher(() => controller.abort());
        const { signal } = controller;
        await assert.rejects(readArchive(archive, consumer, { signal }), { code: 'INTERRUPTED' });
        assert.ok(isWherryError(consumer.error, 'INTERRUPTED'));
        assert.ok(archive.destroyed);
      });

      test(`a failing consumer ends everything: ${layout}, ${codec}`, async () => {
        const archive = await writeLayout(named, layout, codec);
        const failure = new Error('no room');
        const consumer = new Watcher(() => {
          throw failure;
        });
        await assert.rejects(readArchive(archive, consumer), failure);
        assert.ok(archive.destroyed);
      });

      test(`a failing input is what the consumer sees: ${layout}, ${codec}`, async () => {
        const archive = await writeLayout(named, layout, codec);
        const failure = new Error('connection reset');
        const consumer = new Watcher(() => archive.destroy(failure));
        await assert.rejects(readArchive(archive, consumer), failure);
        assert.equal(consumer.error, failure);
      });
    }
  }

  test('an abort ends the reading of a folder', async () => {
    await writeFolder(await layouts['oci-gzip']([named]), folder);
    const controller = new AbortController();
    const consumer = new Watcher(() => controller.abort());
    const { signal } = controller;
    await assert.rejects(readLayout(folder, consumer, { signal }), { code: 'INTERRUPTED' });
    assert.ok(isWherryError(consumer.error, 'INTERRUPTED'));
  });
});

test('an abort that came before, and one while the input is silent', async () => {
  const aborted = { signal: AbortSignal.abort() };
  const archive = await writeLayout(named, 'oci');
  await assert.rejects(readArchive(archive, new Recorder(), aborted), { code: 'INTERRUPTED' });
  assert.ok(archive.destroyed);

  const silent = new PassThrough();
  const controller = new AbortController();
  const reading = readArchive(silent, new Recorder(), { signal: controller.signal });
  await sleep(10);
  controller.abort();
  await assert.rejects(reading, { code: 'INTERRUPTED' });
  assert.ok(silent.destroyed);
});

test('an input that is closed without its end is refused', async () => {
  const input = new PassThrough();
  const reading = readArchive(input, new Recorder());
  for await (const piece of await writeLayout(named, 'oci')) {
    input.write(piece);
    break;
  }
  setImmediate(() => input.destroy());
  await assert.rejects(reading, { code: 'ERR_STREAM_PREMATURE_CLOSE' });
});

test('a consumer that leaves a layer half read is told so', async () => {
  class Careless extends Recorder {
    override async layer(plain: AsyncIterable<Buffer>) {
      await plain[Symbol.asyncIterator]().next();
      return { digest: image.diffIds[0] as (typeof image.diffIds)[0], size: 1 };
    }
  }
  for (const layout of ['oci', 'oci-gzip'] as const) {
    const archive = await writeLayout(named, layout);
    await assert.rejects(readArchive(archive, new Careless()), /not consumed to its end/);
    assert.ok(archive.destroyed);
  }
});
