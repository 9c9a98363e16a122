import type { Digest } from '../digest.ts';
import { formatPlatform } from '../image/platform.ts';
import { formatReference, type TagReference } from '../image/reference.ts';
import type { TagRecord } from '../store/tag.ts';
import { checkExpectation } from '../store/tag-conflicts.ts';
import { targetOf } from '../store/tag-images.ts';
import type { TransferContext } from './context.ts';
import { findInStore } from './find-in-store.ts';
import { LayerWriter } from './layer-writer.ts';
import { type MoveRequest, pointTag } from './point-tag.ts';
import type { Selection } from './select-images.ts';
import { send } from './send.ts';
import { type ImageSource, inspectSource } from './source.ts';
import { describeStoredImage, imagesOfTag, type StoredImage } from './stored-image.ts';

export interface PushRequest extends Selection, MoveRequest {
  source: ImageSource;
  /** The tags of the store to point at it; at least one. */
  tags: TagReference[];
  /** Trust nothing that is stored: check it, and replace what is corrupt or missing. */
  repair?: boolean | undefined;
}

/**
 * `push --json`; `bytes` are what went over the wire, but for `image` and what was `reused` of its
 * layers: uncompressed. `imageId` and `platform` are of the first of `images`, all else of the images together.
 */
export interface PushResult {
  reference: string;
  tags: string[];
  /** What `reference` points to now: a manifest, or the index of several platforms. */
  digest: Digest;
  imageId: Digest;
  platform: string;
  /** What was pushed; each digest is a manifest's. */
  images: { platform: string; digest: Digest; imageId: Digest }[];
  /** All that `reference` has now. */
  platforms: string[];
  layers: { total: number; reused: number };
  bytes: { image: number; uploaded: number; reused: number };
  chunks: { total: number; uploaded: number };
}

/**
 * Brings an image into a store, or several of one name, each for a platform: chunks, then recipes,
 * then config and manifest, the tags last. A push that ends early leaves every tag as it was, and the
 * next one sends only the rest.
 */
export async function push(request: PushRequest, context: TransferContext): Promise<PushResult> {
  const { store, meter, report, signal } = context;
  const { source, tags, platform, repair, expect } = request;
  const records = await Promise.all(tags.map((tag) => store.getTag(tag, { signal, repair })));
  tags.forEach((tag, index) => {
    checkExpectation(tag, records[index], expect);
  });

  const inspected =
    source.kind === 'engine' ? await inspectSource(source.engine, source.reference) : undefined;
  if (inspected) report({ type: 'total', bytes: inspected.size });
  const writer = new LayerWriter(store, { signal, report, repair, wire: () => meter.sent });
  const present = repair ? [] : records.filter((record) => record !== undefined);
  const tagged = await Promise.all(present.map((record) => imagesOfTag(record, store, { signal })));
  const found =
    inspected &&
    !repair &&
    (await findInStore(inspected, platform, tagged.flat(), writer, store, { signal }));
  const likely = platform ?? inspected?.platform;
  const images = found || (await send(request, likely, tagged, writer, context));

  const pushed = images.map((image) => describeStoredImage(image, inspected?.id));
  const moved: TagRecord[] = [];
  for (const tag of tags) moved.push(await pointTag(tag, pushed, inspected?.id, request, context));
  const { digest, platforms } = moved[0] as TagRecord;
  const { imageSize, chunks } = targetOf(pushed);
  const layers = images.flatMap(({ manifest }) => manifest.layers);
  const reused = layers.filter((layer) => writer.reused.has(layer.digest)).length;
  const { uploaded, uploadedBytes } = writer.chunks.count;
  const { manifest, platform: first } = images[0] as StoredImage;
  return {
    reference: formatReference(tags[0] as TagReference),
    tags: tags.map(formatReference),
    digest,
    imageId: manifest.config.digest,
    platform: formatPlatform(first),
    images: images.map(({ manifest, content, platform }) => ({
      platform: formatPlatform(platform),
      digest: content.digest,
      imageId: manifest.config.digest,
    })),
    platforms,
    layers: { total: layers.length, reused },
    bytes: {
      image: imageSize,
      uploaded: meter.sent,
      reused: layers.reduce((sum, { size }) => sum + size, 0) - uploadedBytes,
    },
    chunks: { total: chunks, uploaded },
  };
}
