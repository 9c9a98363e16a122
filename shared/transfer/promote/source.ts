import type { Options } from '../../bucket/bucket.ts';
import type { Digest } from '../../digest.ts';
import { WherryError } from '../../error.ts';
import {
  formatPlatform,
  matchesPlatform,
  type Platform,
  parsePlatform,
} from '../../image/platform.ts';
import { formatReference, type Reference } from '../../image/reference.ts';
import type { Store } from '../../store/store.ts';
import type { TagImage } from '../../store/tag-images.ts';
import { resolveReference } from '../resolve.ts';
import { imagesOfManifests, imagesOfTag } from '../stored-image.ts';

/** What is promoted. */
export interface PromotionSource {
  /** Such as `api:4f2c1e`. */
  reference: string;
  /** What that leads to, all platforms together. */
  digest: Digest;
  /** The change of the tag that it was; undefined when a digest was asked for. */
  sequence: number | undefined;
  /** The ID that an engine gave it, when it came from one. */
  engineId: Digest | undefined;
  images: TagImage[];
}

/**
 * The images that a tag or a digest of a store has.
 *
 * @param platform only the images for this one
 * @throws WherryError NOT_FOUND when there is no such tag or digest, or nothing of it is for the platform
 */
export async function findSource(
  { repository, tag = 'latest', digest }: Reference,
  platform: Platform | undefined,
  store: Store,
  options: Options,
): Promise<PromotionSource> {
  const reference = digest
    ? { repository, tag: undefined, digest }
    : { repository, tag, digest: undefined };
  const { digest: found, record, manifests } = await resolveReference(reference, store, options);
  const images = record
    ? await imagesOfTag(record, store, options)
    : await imagesOfManifests(manifests, store, options);
  return {
    reference: formatReference(reference),
    digest: found,
    sequence: record?.sequence,
    engineId: record?.source,
    images: platform ? ofPlatform(images, platform) : images,
  };
}

function ofPlatform(images: TagImage[], wanted: Platform): TagImage[] {
  const chosen = images.filter((image) => matchesPlatform(wanted, parsePlatform(image.platform)));
  if (chosen.length > 0) return chosen;
  const offered = images.map((image) => image.platform);
  const want = formatPlatform(wanted);
  throw new WherryError('NOT_FOUND', `The image is for ${offered.join(', ')}, not for ${want}.`, {
    side: 'store',
    hint: 'Leave out --platform, or give one of those.',
  });
}
