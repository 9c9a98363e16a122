import { contentOf, type Digest } from '../digest.ts';
import { decodeManifest, encodeManifest, imageSize, mediaType } from '../image/manifest.ts';
import { formatPlatform } from '../image/platform.ts';
import { formatReference, type TagReference } from '../image/reference.ts';
import type { TagChange, TagRecord } from '../store/tag.ts';
import { checkExpectation } from '../store/tags.ts';
import type { TransferContext } from './context.ts';
import { LayerWriter } from './layer-writer.ts';
import { type ImageSource, inspectSource, readSource, type Selection } from './source.ts';
import { findInStore, readStoredImage, type StoredImage } from './stored-image.ts';

export interface PushRequest extends Selection {
  source: ImageSource;
  /** The tags of the store to point at it; at least one. */
  tags: TagReference[];
  expect?: Digest | 'none' | undefined;
  immutable?: boolean | undefined;
  /** Trust nothing that is stored: check it, and replace what is corrupt or missing. */
  repair?: boolean | undefined;
}

/** `push --json`; `bytes` are what went over the wire, but for `image`: uncompressed. */
export interface PushResult {
  reference: string;
  tags: string[];
  digest: Digest;
  imageId: Digest;
  platform: string;
  layers: { total: number; reused: number };
  bytes: { image: number; uploaded: number };
  chunks: { total: number; uploaded: number };
}

/**
 * Brings an image into a store: chunks, then recipes, then config and manifest, the tags last. A
 * push that ends early leaves every tag as it was, and the next one sends only the rest.
 */
export async function push(request: PushRequest, context: TransferContext): Promise<PushResult> {
  const { store, meter, report, signal } = context;
  const { source, tags, repair, expect, immutable } = request;
  const records = await Promise.all(tags.map((tag) => store.getTag(tag, { signal })));
  tags.forEach((tag, index) => {
    checkExpectation(tag, records[index], expect);
  });

  const inspected =
    source.kind === 'engine' ? await inspectSource(source.engine, source.reference) : undefined;
  if (inspected) report({ type: 'total', bytes: inspected.size });
  const writer = new LayerWriter(store, { signal, report, repair, wire: () => meter.sent });
  const image =
    (inspected && !repair && (await findInStore(inspected, records, writer, store, { signal }))) ||
    (await send(request, records, writer, context));

  const change: TagChange = {
    action: 'push',
    digest: image.content.digest,
    mediaType: mediaType.manifest,
    source: inspected?.id,
    platforms: [formatPlatform(image.platform)],
    imageSize: imageSize(image.manifest),
    layers: image.manifest.layers.length,
    chunks: image.chunks,
  };
  for (const tag of tags) await store.moveTag(tag, change, { signal, expect, immutable });
  return {
    reference: formatReference(tags[0] as TagReference),
    tags: tags.map(formatReference),
    digest: change.digest,
    imageId: image.manifest.config.digest,
    platform: formatPlatform(image.platform),
    layers: { total: change.layers, reused: writer.reused.size },
    bytes: { image: change.imageSize, uploaded: meter.sent },
    chunks: { total: change.chunks, uploaded: writer.chunks.count.uploaded },
  };
}

/** Reads the image from its source, and stores what the store lacks. */
async function send(
  { source, reference, platform, repair }: PushRequest,
  records: (TagRecord | undefined)[],
  writer: LayerWriter,
  { store, report, signal }: TransferContext,
): Promise<StoredImage> {
  const base = records.find((record) => record !== undefined);
  if (base && !repair)
    writer.assume((await readStoredImage(store, base, { signal })).manifest.layers);
  if (source.kind === 'engine') report({ type: 'stage', text: 'Exporting from the engine' });
  const image = await readSource(source, { reference, platform }, writer, signal);
  await writer.chunks.flush();
  const bytes = encodeManifest(contentOf(image.config), image.layers);
  const content = contentOf(bytes);
  const made = { manifest: decodeManifest(bytes), content, platform: image.platform };
  const same = records.find((record) => record?.digest === content.digest);
  if (same && !repair) return { ...made, chunks: same.chunks };
  const options = { signal, overwrite: repair };
  await store.putBlob(image.config, options);
  await store.putBlob(bytes, options);
  return { ...made, chunks: await writer.countChunks(image.layers) };
}
