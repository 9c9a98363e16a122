import type { Readable } from 'node:stream';
import {
  type ArchiveImage,
  type LayerConsumer,
  type OfferedImage,
  type ReadOptions,
  readArchive,
} from '../archive/read.ts';
import { readLayout } from '../archive/read-layout.ts';
import type { Engine, EngineImage } from '../engine/engine.ts';
import { WherryError } from '../error.ts';
import { matchesPlatform } from '../image/platform.ts';
import { type Selection, selectImages } from './select-images.ts';

/** Where an image comes from. */
export type ImageSource =
  | { kind: 'engine'; engine: Engine; reference: string }
  | { kind: 'archive'; open: () => Readable }
  | { kind: 'layout'; folder: string };

/** The engine's own description of an image. @throws WherryError NOT_FOUND */
export async function inspectSource(engine: Engine, reference: string): Promise<EngineImage> {
  const image = await engine.inspect(reference);
  if (image) return image;
  throw new WherryError('NOT_FOUND', `The engine has no image ${reference}.`, {
    side: 'engine',
    hint: 'See what it has with docker images.',
  });
}

/**
 * Reads the images that are meant, by reference where there are several, and by platform, and hands
 * their layers to the consumer.
 *
 * @throws WherryError BAD_INPUT as {@link selectImages} does
 */
export async function readSource(
  source: ImageSource,
  selection: Selection,
  consumer: LayerConsumer,
  signal: AbortSignal | undefined,
): Promise<ArchiveImage[]> {
  const { platform } = selection;
  const offered: OfferedImage[] = [];
  const select = (image: OfferedImage) => {
    offered.push(image);
    return !platform || matchesPlatform(platform, image.platform);
  };
  const images = await readImages(source, consumer, { signal, select });
  return selectImages(images, offered, selection);
}

async function readImages(
  source: ImageSource,
  consumer: LayerConsumer,
  options: ReadOptions,
): Promise<ArchiveImage[]> {
  switch (source.kind) {
    case 'engine':
      return readArchive(
        await source.engine.save(source.reference, options.signal),
        consumer,
        options,
      );
    case 'archive':
      return readArchive(source.open(), consumer, options);
    case 'layout':
      return readLayout(source.folder, consumer, options);
  }
}
