import type { Options } from '../bucket/bucket.ts';
import { type Content, contentOf, type Digest } from '../digest.ts';
import type { EngineImage } from '../engine/engine.ts';
import { parseConfig } from '../image/config.ts';
import { isIndex } from '../image/image-index.ts';
import { decodeManifest, diffIdsOf, encodeManifest } from '../image/manifest.ts';
import { matchesPlatform, type Platform, parsePlatform } from '../image/platform.ts';
import type { Store } from '../store/store.ts';
import type { TagImage } from '../store/tag-images.ts';
import type { LayerWriter } from './layer-writer.ts';
import { readStoredImage, type StoredImage } from './stored-image.ts';

/**
 * The images that an engine has under an ID, when the store has all of them already, so that they
 * need not be exported. An engine's ID is the config's digest, or a manifest's: of ours, when the
 * image came from here, or of the engine's own, which the tag remembers.
 *
 * @param platform only the image for this one; undefined when the engine has to be asked for it
 */
export async function findInStore(
  inspected: EngineImage,
  platform: Platform | undefined,
  tagged: TagImage[],
  writer: LayerWriter,
  store: Store,
  options: Options,
): Promise<StoredImage[] | undefined> {
  const { id, diffIds } = inspected;
  const isWanted = (offered: Platform) => !platform || matchesPlatform(platform, offered);
  const pushed = tagged.filter(({ source, digest }) => source === id || digest === id);
  if (pushed.length > 0) {
    const wanted = pushed.filter((image) => isWanted(parsePlatform(image.platform)));
    const unique = [...new Map(wanted.map((image) => [image.digest, image])).values()];
    const images = await Promise.all(unique.map((image) => readStoredImage(image, store, options)));
    const isInspected = ({ manifest }: StoredImage) => isSame(diffIdsOf(manifest), diffIds);
    if (!images.some(isInspected)) return undefined;
    const layers = images.flatMap(({ manifest }) => manifest.layers);
    writer.assume(layers);
    await findLayers(
      layers.map(({ digest }) => digest),
      writer,
    );
    return images;
  }
  const blob = await store.getBlob(id, options);
  const config = blob && (await configOf(blob, store, options));
  if (!config) return undefined;
  const parsed = parseConfig(config);
  if (!isWanted(parsed.platform) || !isSame(parsed.diffIds, diffIds)) return undefined;
  const layers = await findLayers(diffIds, writer);
  if (!layers) return undefined;
  const bytes = encodeManifest(contentOf(config), layers);
  const image = {
    manifest: decodeManifest(bytes),
    content: await store.putBlob(bytes, options),
    platform: parsed.platform,
    chunks: await writer.countChunks(layers),
  };
  return [image];
}

function isSame(a: Digest[], b: Digest[]): boolean {
  return a.join() === b.join();
}

async function findLayers(diffIds: Digest[], writer: LayerWriter): Promise<Content[] | undefined> {
  const layers = await Promise.all(diffIds.map((diffId) => writer.known(diffId)));
  return layers.every((layer) => layer !== undefined) ? layers : undefined;
}

/** The config that a blob is, or that it names when it is a manifest. */
async function configOf(blob: Buffer, store: Store, options: Options): Promise<Buffer | undefined> {
  if (isIndex(blob)) return undefined;
  const { config } = JSON.parse(blob.toString('utf8')) as { config?: Partial<Content> };
  // A config has a member of this name too, but without a digest.
  return config?.digest === undefined ? blob : store.getBlob(config.digest, options);
}
