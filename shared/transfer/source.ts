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
import { formatPlatform, matchesPlatform, type Platform } from '../image/platform.ts';
import { parseReference } from '../image/reference.ts';

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

export interface Selection {
  /** What the image is called where it comes from, to find it among several. */
  reference?: string | undefined;
  platform?: Platform | undefined;
}

/**
 * Reads the one image that is meant, by reference where there are several, and by platform, and
 * hands its layers to the consumer.
 *
 * @throws WherryError BAD_INPUT when that leaves none or several
 */
export async function readSource(
  source: ImageSource,
  selection: Selection,
  consumer: LayerConsumer,
  signal: AbortSignal | undefined,
): Promise<ArchiveImage> {
  const { platform } = selection;
  const offered: OfferedImage[] = [];
  const select = (image: OfferedImage) => {
    offered.push(image);
    return !platform || matchesPlatform(platform, image.platform);
  };
  const images = await readImages(source, consumer, { signal, select });
  return selectImage(images, offered, selection);
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

function selectImage(
  images: ArchiveImage[],
  offered: OfferedImage[],
  { reference, platform }: Selection,
): ArchiveImage {
  const named = reference === undefined ? [] : images.filter((image) => isNamed(image, reference));
  const candidates = named.length > 0 ? named : images;
  const [only] = candidates;
  if (only && candidates.length === 1) return only;
  if (!only) {
    const wanted = platform ? ` for ${formatPlatform(platform)}` : '';
    throw new WherryError('BAD_INPUT', `There is no image${wanted} here, only ${list(offered)}.`, {
      side: 'local',
      hint: 'Leave out --platform, or give one of those.',
    });
  }
  throw new WherryError('BAD_INPUT', `There are several images here: ${list(candidates)}.`, {
    side: 'local',
    hint: 'Name one of them as IMAGE, or pass --platform.',
  });
}

function list(images: OfferedImage[]): string {
  const names = images.map(
    ({ references, platform }) => `${references[0] ?? 'untagged'} (${formatPlatform(platform)})`,
  );
  return [...new Set(names)].join(', ');
}

function isNamed(image: ArchiveImage, reference: string): boolean {
  const { repository, tag } = parseReference(reference);
  return image.references.includes(`${repository}:${tag ?? 'latest'}`);
}
