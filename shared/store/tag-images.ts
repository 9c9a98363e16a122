import { type Content, contentOf, type Digest, isContent, isDigest } from '../digest.ts';
import { encodeIndex } from '../image/image-index.ts';
import { mediaType } from '../image/manifest.ts';
import { formatPlatform, parsePlatform, readPlatform } from '../image/platform.ts';

/** The image that a tag has for a platform; digest and size are its manifest's. */
export interface TagImage extends Content {
  /** Such as `linux/amd64`. */
  platform: string;
  /** The ID that the engine gave it, when it came from one. */
  source: Digest | undefined;
  /** Bytes of the image, uncompressed. */
  imageSize: number;
  layers: number;
  chunks: number;
}

/** Where a tag points: to a manifest, or to an index where it has several platforms. */
export interface TagTarget {
  digest: Digest;
  mediaType: string;
  /** Such as `linux/amd64`. */
  platforms: string[];
  /** Bytes of all images, uncompressed; `layers` and `chunks` are of all images too. */
  imageSize: number;
  layers: number;
  chunks: number;
  /** In the order of `platforms`; none in a record from before there were several. */
  images: TagImage[];
}

/** Where a tag with these images points, one of each platform; the same in whatever order they come. */
export function targetOf(images: TagImage[]): TagTarget {
  const sorted = images.toSorted((a, b) => (a.platform < b.platform ? -1 : 1));
  const index = indexOf(images);
  const { digest } = index ? contentOf(index) : (sorted[0] as TagImage);
  const sum = (of: 'imageSize' | 'layers' | 'chunks') =>
    sorted.reduce((total, image) => total + image[of], 0);
  return {
    digest,
    mediaType: index ? mediaType.index : mediaType.manifest,
    platforms: sorted.map(({ platform }) => platform),
    imageSize: sum('imageSize'),
    layers: sum('layers'),
    chunks: sum('chunks'),
    images: sorted,
  };
}

/** The bytes of the index of several images; one image has none. */
export function indexOf(images: TagImage[]): Buffer | undefined {
  if (images.length < 2) return undefined;
  return encodeIndex(
    images.map(({ digest, size, platform }) => ({
      digest,
      size,
      platform: parsePlatform(platform),
    })),
  );
}

/** Undefined when the value is no list of images, each of a platform of its own. */
export function readTagImages(value: unknown): TagImage[] | undefined {
  const images = Array.isArray(value) ? value.map(readTagImage) : [undefined];
  if (!images.every((image) => image !== undefined)) return undefined;
  const platforms = new Set(images.map(({ platform }) => platform));
  return platforms.size === images.length ? images : undefined;
}

function readTagImage(value: unknown): TagImage | undefined {
  if (!isContent(value)) return undefined;
  const { digest, size, source, imageSize, layers, chunks, ...rest } = value as Partial<TagImage> &
    Content;
  const platform = readPlatform(rest.platform);
  return (
    platform && {
      platform: formatPlatform(platform),
      digest,
      size,
      source: isDigest(source) ? source : undefined,
      imageSize: Number(imageSize ?? 0),
      layers: Number(layers ?? 0),
      chunks: Number(chunks ?? 0),
    }
  );
}
