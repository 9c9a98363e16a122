import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { writeArchive } from '../archive/write.ts';
import type { Digest } from '../digest.ts';
import type { Engine } from '../engine/engine.ts';
import { WherryError } from '../error.ts';
import { parseConfig } from '../image/config.ts';
import { diffIdsOf, imageSize } from '../image/manifest.ts';
import { formatPlatform, matchesPlatform, type Platform } from '../image/platform.ts';
import { formatReference, type Reference, type TagReference } from '../image/reference.ts';
import { corrupt } from '../store/corrupt.ts';
import type { TransferContext } from './context.ts';
import { EngineLoader, type UnnamedImage } from './engine-loader.ts';
import { type FoundImage, findImage } from './find-image.ts';
import { LayerReader } from './layer-reader.ts';

export interface PullRequest {
  /** In the store. */
  reference: Reference;
  /** What the image is called afterwards, in the engine or in the archive; undefined: no name. */
  tag: TagReference | undefined;
  to: { kind: 'engine'; engine: Engine } | { kind: 'archive'; open: () => Writable };
  /** Refuse an image for another platform. */
  platform?: Platform | undefined;
}

/** `pull --json`; `bytes.downloaded` are what went over the wire. */
export interface PullResult {
  reference: string;
  digest: Digest;
  imageId: Digest;
  platform: string;
  layers: { total: number; loaded: number };
  bytes: { image: number; downloaded: number };
  upToDate: boolean;
}

/**
 * Brings an image out of a store into an engine, or into an archive that `docker load` reads. Every
 * byte is verified before the end of the archive is written, and success is claimed only after the
 * engine has been asked what it has.
 *
 * @throws WherryError NOT_FOUND when the store has no such image, CORRUPT when it is not whole
 */
export async function pull(request: PullRequest, context: TransferContext): Promise<PullResult> {
  const { to, tag } = request;
  const image = await findImage(request.reference, context.store, context);
  const result = (platform: Platform, loaded: number, upToDate: boolean): PullResult => ({
    reference: formatReference(request.reference),
    digest: image.digest,
    imageId: image.manifest.config.digest,
    platform: formatPlatform(platform),
    layers: { total: image.manifest.layers.length, loaded },
    bytes: { image: imageSize(image.manifest), downloaded: context.meter.received },
    upToDate,
  });
  if (to.kind === 'archive') {
    return readLayers(image, request, context, async (writable, platform) => {
      const references = tag ? [formatReference(tag)] : [];
      context.report({ type: 'stage', text: 'Writing the archive' });
      await pipeline(writeArchive({ ...writable, references }, context), to.open());
      return result(platform, writable.layers.length, false);
    });
  }
  const info = await to.engine.info();
  const loader = new EngineLoader(to.engine, info, image.digest, image.manifest);
  const present = await loader.find();
  if (present) {
    checkPlatform(request.platform, present.platform);
    if (tag) await loader.tag(present, tag);
    return result(present.platform, 0, true);
  }
  return readLayers(image, request, context, async (writable, platform) => {
    if (!request.platform) checkPlatform(info.platform, platform);
    context.report({ type: 'stage', text: 'Loading into the engine' });
    await loader.load(writable, tag, context.signal);
    return result(platform, writable.layers.length, false);
  });
}

/** Opens what an archive of the image needs, hands it to `use`, and ends what is still fetched. */
async function readLayers<T>(
  { manifest, bytes }: FoundImage,
  request: PullRequest,
  context: TransferContext,
  use: (writable: UnnamedImage, platform: Platform) => Promise<T>,
): Promise<T> {
  const { store, meter, signal } = context;
  const unique = new Set(diffIdsOf(manifest));
  const [config, ...recipes] = await Promise.all([
    store.getBlob(manifest.config.digest, { signal }),
    ...[...unique].map(async (diffId) => {
      const recipe = await store.getRecipe(diffId, { signal });
      if (recipe) return recipe;
      throw corrupt(`The recipe of layer ${diffId} is missing.`);
    }),
  ]);
  if (!config) throw corrupt(`The config ${manifest.config.digest} is missing.`);
  const { platform, diffIds } = parseConfig(config);
  checkPlatform(request.platform, platform);
  if (diffIds.join() !== diffIdsOf(manifest).join()) {
    throw corrupt('The config and the manifest of the image disagree.');
  }
  context.report({ type: 'total', bytes: recipes.reduce((sum, recipe) => sum + recipe.size, 0) });
  const reader = new LayerReader(store, recipes, { ...context, wire: () => meter.received });
  try {
    return await use({ config, manifest: bytes, layers: reader.layers }, platform);
  } finally {
    reader.close();
  }
}

function checkPlatform(wanted: Platform | undefined, offered: Platform): void {
  if (!wanted || matchesPlatform({ ...wanted, variant: undefined }, offered)) return;
  const [want, offer] = [formatPlatform(wanted), formatPlatform(offered)];
  throw new WherryError('NOT_FOUND', `The image is for ${offer}, not for ${want}.`, {
    side: 'store',
    hint: `Push it for ${want}, or pass --platform ${offer}.`,
  });
}
