import { digestOf } from '../../shared/digest.ts';
import { mediaType } from '../../shared/image/manifest.ts';
import type { TagChange } from '../../shared/store/tag.ts';

/** A push of an image that need not be there, as a tag's record has it. */
export function tagChange(name: string): TagChange {
  return {
    action: 'push',
    digest: digestOf(Buffer.from(name)),
    mediaType: mediaType.manifest,
    source: undefined,
    by: undefined,
    from: undefined,
    note: undefined,
    platforms: ['linux/amd64'],
    imageSize: 1,
    layers: 1,
    chunks: 1,
    images: [],
  };
}
