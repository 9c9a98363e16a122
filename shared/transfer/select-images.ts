import type { ArchiveImage, OfferedImage } from '../archive/read.ts';
import { WherryError } from '../error.ts';
import { formatPlatform, type Platform } from '../image/platform.ts';
import { parseReference } from '../image/reference.ts';

export interface Selection {
  /** What the image is called where it comes from, to find it among several. */
  reference?: string | undefined;
  /** Only the image for this one, where there are several. */
  platform?: Platform | undefined;
}

/**
 * The images that are meant, of all that were read: those of one name, each for a platform of its
 * own, in the order of their platforms' text.
 *
 * @param offered all that there are, for messages
 * @throws WherryError BAD_INPUT when there is none, or which are meant cannot be told
 */
export function selectImages(
  images: ArchiveImage[],
  offered: OfferedImage[],
  { reference, platform }: Selection,
): ArchiveImage[] {
  const named = reference === undefined ? [] : images.filter((image) => isNamed(image, reference));
  const chosen = ofPlatform(named.length > 0 ? named : images, platform);
  if (chosen.length === 0) {
    const wanted = platform ? ` for ${formatPlatform(platform)}` : '';
    throw new WherryError('BAD_INPUT', `There is no image${wanted} here, only ${list(offered)}.`, {
      side: 'local',
      hint: 'Leave out --platform, or give one of those.',
    });
  }
  const names = new Set(chosen.map(({ references }) => references.toSorted().join()));
  if ((named.length === 0 && names.size > 1) || (platform && chosen.length > 1)) {
    throw ambiguous(`There are several images here: ${list(chosen)}.`);
  }
  const twin = chosen.find((image, at) => chosen.findIndex(isAlike(image)) !== at);
  if (twin) throw ambiguous(`There are several images here that are all ${list([twin])}.`);
  return chosen.toSorted((a, b) => (platformOf(a) < platformOf(b) ? -1 : 1));
}

/** `linux/arm` means any variant, but where that very platform is there. */
function ofPlatform(images: ArchiveImage[], platform: Platform | undefined): ArchiveImage[] {
  const exact = images.filter(
    (image) => platform && platformOf(image) === formatPlatform(platform),
  );
  return exact.length > 0 ? exact : images;
}

function isAlike(image: ArchiveImage): (other: ArchiveImage) => boolean {
  return (other) => platformOf(other) === platformOf(image);
}

function platformOf({ platform }: OfferedImage): string {
  return formatPlatform(platform);
}

function isNamed(image: ArchiveImage, reference: string): boolean {
  const { repository, tag } = parseReference(reference);
  return image.references.includes(`${repository}:${tag ?? 'latest'}`);
}

function list(images: OfferedImage[]): string {
  const names = images.map(
    (image) => `${image.references[0] ?? 'untagged'} (${platformOf(image)})`,
  );
  return [...new Set(names)].join(', ');
}

function ambiguous(message: string): WherryError {
  return new WherryError('BAD_INPUT', message, {
    side: 'local',
    hint: 'Name one of them as IMAGE, or pass --platform.',
  });
}
