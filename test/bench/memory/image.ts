import { createCipheriv } from 'node:crypto';
import { Batch } from '../../../shared/layer/batch.ts';
import { endBlocks, header } from '../../property/tar-writer.ts';
import { buildImage, type TestImage } from '../../support/image/build.ts';
import { random } from '../../support/image/random.ts';
import { SourceText } from '../../support/image/source-text.ts';

interface Content {
  /** Bytes of the median file; sizes are log-normal. */
  median: number;
  write(size: number, seed: number): Iterable<Buffer>;
}

const text = new SourceText(1);
const zeros = Buffer.alloc(256 * 1024);

/** As node_modules has it: compresses four to one. */
const source: Content = {
  median: 4_000,
  write: (size, seed) => [text.write(size, seed)],
};

/** As models and archives are: does not compress. */
const binary: Content = {
  median: 1_000_000,
  *write(size, seed) {
    const key = Buffer.alloc(16);
    key.writeUInt32BE(seed);
    const cipher = createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
    for (let at = 0; at < size; at += zeros.length) {
      yield cipher.update(zeros.subarray(0, Math.min(zeros.length, size - at)));
    }
  },
};

/** What of the image's bytes a layer takes, and the kinds that its files are of by turns. */
const layers: { share: number; kinds: Content[] }[] = [
  { share: 0.125, kinds: [source] },
  { share: 0.5, kinds: [source, binary] },
  { share: 0.125, kinds: [binary] },
  { share: 0.125, kinds: [source] },
  { share: 0.125, kinds: [source, binary] },
];

/**
 * An image of about this many bytes: one big layer and four middle ones, half of it source text.
 * It is generated, each time it is read; nothing of it is kept.
 */
export function generatedImage(bytes: number): Promise<TestImage> {
  return buildImage({
    layers: layers.map(
      ({ share, kinds }, index) =>
        async function* () {
          yield* layerTar(bytes * share, kinds, index + 1);
        },
    ),
  });
}

/** Takes from each kind in runs of as many bytes. Not by tar-stream, which takes 100 µs a file. */
function* layerTar(bytes: number, kinds: Content[], seed: number): Generator<Buffer> {
  const batch = new Batch();
  const add = (piece: Buffer) => batch.add(piece, 0, piece.length);
  const next = random(seed);
  const written = kinds.map(() => 0);
  for (let left = bytes, number = 0; left > 0; number++) {
    const turn = written.indexOf(Math.min(...written));
    const { median, write } = kinds[turn] as Content;
    const size = Math.floor(Math.min(left, median * Math.exp(1.5 * normal(next))));
    add(header({ name: `layer-${seed}/${number >> 5}/file-${number}`, size }));
    for (const piece of write(size, seed * 1_000_000 + number)) {
      add(piece);
      yield* batch.take();
    }
    add(zeros.subarray(0, -size & 511));
    written[turn] = (written[turn] as number) + size;
    left -= size + 512;
  }
  add(endBlocks);
  batch.flush();
  yield* batch.take();
}

/** Box and Muller's transform. */
function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}
