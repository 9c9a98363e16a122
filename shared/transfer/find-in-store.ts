import type { Options } from '../bucket/bucket.ts';
import { type Content, contentOf, type Digest } from '../digest.ts';
import type { EngineImage } from '../engine/engine.ts';
import { parseConfig } from '../image/config.ts';
import { isIndex } from '../image/image-index.ts';
import { decodeManifest, diffIdsOf, encodeManifest } from '../image/manifest.ts';
import { formatPlatform, matchesPlatform, type Platform } from '../image/platform.ts';
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
    const unique = new Map(pushed.map((image) => [image.digest, image])).values();
    const read = await Promise.all(
      [...unique].map((each) => readStoredImage(each, store, options)),
    );
    const images = read.filter((image) => isWanted(image.platform));
    if (!isAll(images, inspected, isWanted)) return undefined;
    writer.assume(images.flatMap(({ manifest }) => manifest.layers));
    await findLayers(
      images.flatMap(({ manifest }) => diffIdsOf(manifest)),
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

/**
 * Whether these images are all that an engine has under an ID, of those that are wanted. The ID of a
 * config, or of a manifest of ours, has one; another may be an index's, whose platforms come and go.
 */
function isAll(
  images: StoredImage[],
  { id, diffIds, platforms }: EngineImage,
  isWanted: (offered: Platform) => boolean,
): boolean {
  const [first] = images;
  if (first?.content.digest === id || first?.manifest.config.digest === id) {
    return images.length === 1 && isSame(diffIdsOf(first.manifest), diffIds);
  }
  const names = (each: Platform[]) => each.filter(isWanted).map(formatPlatform).sort().join();
  return (
    first !== undefined &&
    platforms !== undefined &&
    names(platforms) === names(images.map(({ platform }) => platform))
  );
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
