import type { Readable } from 'node:stream';
import { type ArchiveImage, type LayerConsumer, readArchive } from '../archive/read.ts';
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

/** Reads the images of a source, handing their layers to the consumer. */
export async function readSource(
  source: ImageSource,
  consumer: LayerConsumer,
  options: { signal?: AbortSignal | undefined },
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

/**
 * The one image that is meant: by reference where the archive has several, and by platform.
 *
 * @throws WherryError BAD_INPUT when that leaves none or several
 */
export function selectImage(
  images: ArchiveImage[],
  reference: string | undefined,
  platform: Platform | undefined,
): ArchiveImage {
  const named = reference === undefined ? [] : images.filter((image) => isNamed(image, reference));
  const candidates = named.length > 0 ? named : images;
  const matching = platform
    ? candidates.filter((image) => matchesPlatform(platform, image.platform))
    : candidates;
  if (matching.length === 1 && matching[0]) return matching[0];
  const list = candidates
    .map((image) => `${image.references[0] ?? 'untagged'} (${formatPlatform(image.platform)})`)
    .join(', ');
  if (matching.length === 0) {
    const wanted = platform ? formatPlatform(platform) : '';
    throw new WherryError('BAD_INPUT', `There is no image for ${wanted} here, only ${list}.`, {
      side: 'local',
      hint: 'Leave out --platform, or give one of those.',
    });
  }
  throw new WherryError('BAD_INPUT', `There are several images here: ${list}.`, {
    side: 'local',
    hint: 'Name one of them as IMAGE, or pass --platform.',
  });
}

function isNamed(image: ArchiveImage, reference: string): boolean {
  const { repository, tag } = parseReference(reference);
  return image.references.includes(`${repository}:${tag ?? 'latest'}`);
}
