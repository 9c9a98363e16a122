import type { ArchiveImage } from '../archive/read.ts';
import { type Content, contentOf } from '../digest.ts';
import { decodeManifest, encodeManifest } from '../image/manifest.ts';
import { matchesPlatform, type Platform, parsePlatform } from '../image/platform.ts';
import type { TagImage } from '../store/tag-images.ts';
import type { TransferContext } from './context.ts';
import type { LayerWriter } from './layer-writer.ts';
import type { Selection } from './select-images.ts';
import { type ImageSource, readSource } from './source.ts';
import { readStoredImage, type StoredImage } from './stored-image.ts';

export interface SendRequest extends Selection {
  source: ImageSource;
  repair?: boolean | undefined;
}

/**
 * Reads the images that are meant from their source, and stores what the store lacks of them.
 *
 * @param likely what they are probably for, if that is known
 * @param tagged what each tag that they go to has now; none to trust nothing
 */
export async function send(
  { source, reference, platform, repair }: SendRequest,
  likely: Platform | undefined,
  tagged: TagImage[][],
  writer: LayerWriter,
  context: TransferContext,
): Promise<StoredImage[]> {
  const { report, signal } = context;
  writer.assume(await baseLayers(tagged, likely, context));
  if (source.kind === 'engine') report({ type: 'stage', text: 'Exporting from the engine' });
  try {
    const images = await readSource(source, { reference, platform }, writer, signal);
    await writer.chunks.flush();
    return await Promise.all(
      images.map((image) => storeImage(image, repair, tagged.flat(), writer, context)),
    );
  } finally {
    await writer.chunks.close();
  }
}

/** The layers of the first tag that is there, of the platform that is pushed if that is known. */
async function baseLayers(
  tagged: TagImage[][],
  likely: Platform | undefined,
  { store, signal }: TransferContext,
): Promise<Content[]> {
  const base = (tagged[0] ?? []).filter(
    ({ platform }) => !likely || matchesPlatform(likely, parsePlatform(platform)),
  );
  const images = await Promise.all(base.map((image) => readStoredImage(image, store, { signal })));
  const layers = images.flatMap(({ manifest }) => manifest.layers);
  return [...new Map(layers.map((layer) => [layer.digest, layer])).values()];
}

/** Stores what an image has besides its layers, which are in the store. */
async function storeImage(
  { config, layers, platform }: ArchiveImage,
  repair: boolean | undefined,
  tagged: TagImage[],
  writer: LayerWriter,
  { store, signal }: TransferContext,
): Promise<StoredImage> {
  const bytes = encodeManifest(contentOf(config), layers);
  const content = contentOf(bytes);
  const made = { manifest: decodeManifest(bytes), content, platform };
  const same = tagged.find(({ digest }) => digest === content.digest);
  if (same) return { ...made, chunks: same.chunks };
  const options = { signal, overwrite: repair };
  await store.putBlob(config, options);
  await store.putBlob(bytes, options);
  return { ...made, chunks: await writer.countChunks(layers) };
}
