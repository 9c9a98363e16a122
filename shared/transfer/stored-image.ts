import type { Options } from '../bucket/bucket.ts';
import { type Content, contentOf } from '../digest.ts';
import type { EngineImage } from '../engine/engine.ts';
import { WherryError } from '../error.ts';
import { parseConfig } from '../image/config.ts';
import {
  decodeManifest,
  diffIdsOf,
  encodeManifest,
  type Manifest,
  mediaType,
} from '../image/manifest.ts';
import { type Platform, parsePlatform } from '../image/platform.ts';
import { corrupt } from '../store/corrupt.ts';
import type { Store } from '../store/store.ts';
import type { TagRecord } from '../store/tag.ts';
import type { LayerWriter } from './layer-writer.ts';

/** An image that a store has whole. */
export interface StoredImage {
  manifest: Manifest;
  /** The manifest's own digest and size. */
  content: Content;
  platform: Platform;
  chunks: number;
}

/** The image that a tag points to. @throws WherryError CORRUPT when its manifest is missing */
export async function readStoredImage(
  store: Store,
  record: TagRecord,
  options: Options,
): Promise<StoredImage> {
  if (record.mediaType !== mediaType.manifest) {
    throw new WherryError('FAILED', `The tag points to a ${record.mediaType}.`, {
      side: 'store',
      hint: 'Use a newer wherry.',
    });
  }
  const bytes = await store.getBlob(record.digest, options);
  if (!bytes) throw corrupt(`The manifest ${record.digest} is missing.`);
  return {
    manifest: decodeManifest(bytes),
    content: contentOf(bytes),
    platform: parsePlatform(record.platforms[0] ?? 'linux/amd64'),
    chunks: record.chunks,
  };
}

/**
 * The image of an engine, when the store has all of it already, so that it need not be exported.
 * An engine's ID is the config's digest, or a manifest's: of ours, when the image came from here,
 * or of the engine's own, which the tag remembers.
 */
export async function findInStore(
  inspected: EngineImage,
  records: (TagRecord | undefined)[],
  writer: LayerWriter,
  store: Store,
  options: Options,
): Promise<StoredImage | undefined> {
  const { id, diffIds } = inspected;
  const pushed = records.find((record) => record?.source === id || record?.digest === id);
  if (pushed) {
    const image = await readStoredImage(store, pushed, options);
    if (diffIdsOf(image.manifest).join() !== diffIds.join()) return undefined;
    writer.assume(image.manifest.layers);
    await findLayers(
      image.manifest.layers.map((layer) => layer.digest),
      writer,
    );
    return image;
  }
  const blob = await store.getBlob(id, options);
  const config = blob && (await configOf(blob, store, options));
  if (!config || parseConfig(config).diffIds.join() !== diffIds.join()) return undefined;
  const layers = await findLayers(diffIds, writer);
  if (!layers) return undefined;
  const bytes = encodeManifest(contentOf(config), layers);
  return {
    manifest: decodeManifest(bytes),
    content: await store.putBlob(bytes, options),
    platform: parseConfig(config).platform,
    chunks: await writer.countChunks(layers),
  };
}

async function findLayers(
  diffIds: Content['digest'][],
  writer: LayerWriter,
): Promise<Content[] | undefined> {
  const layers = await Promise.all(diffIds.map((diffId) => writer.known(diffId)));
  return layers.every((layer) => layer !== undefined) ? layers : undefined;
}

/** The config that a blob is, or that it names when it is a manifest. */
async function configOf(blob: Buffer, store: Store, options: Options): Promise<Buffer | undefined> {
  const { config } = JSON.parse(blob.toString('utf8')) as { config?: Partial<Content> };
  // A config has a member of this name too, but without a digest.
  return config?.digest === undefined ? blob : store.getBlob(config.digest, options);
}
