import type { Options } from '../bucket/bucket.ts';
import type { Digest } from '../digest.ts';
import type { Engine, EngineImage, EngineInfo } from '../engine/engine.ts';
import { isWherryError } from '../error.ts';
import { decodeManifest, diffIdsOf } from '../image/manifest.ts';
import type { Store } from '../store/store.ts';

/**
 * The layers of an image that an engine has already, so that a load can do without them.
 *
 * Engines with a graph driver, and Podman, find a layer by its chain, all diffIDs from the base up to
 * it: the longest leading run that the image shares with any other. The containerd store finds each
 * by its digest, but only plain layers are certain to be kept as such; those are the layers of images
 * that were loaded from here, whose ID is the digest of a manifest in this store.
 */
export async function heldLayers(
  diffIds: Digest[],
  engine: Engine,
  { imageStore }: EngineInfo,
  store: Store,
  options: Options,
): Promise<Set<Digest>> {
  const images = await engine.images();
  if (imageStore !== 'containerd') return longestRun(diffIds, images);
  const held = new Set<Digest>();
  const wanted = new Set(diffIds);
  await Promise.all(
    images
      .filter((image) => image.diffIds.some((diffId) => wanted.has(diffId)))
      .map(async (image) => {
        if (!(await isOurs(image, store, options))) return;
        for (const diffId of image.diffIds) if (wanted.has(diffId)) held.add(diffId);
      }),
  );
  return held;
}

function longestRun(diffIds: Digest[], images: EngineImage[]): Set<Digest> {
  let longest = 0;
  for (const image of images) {
    let run = 0;
    while (run < diffIds.length && image.diffIds[run] === diffIds[run]) run++;
    longest = Math.max(longest, run);
  }
  return new Set(diffIds.slice(0, longest));
}

/** Whether an image of the containerd store was loaded from this store, whole. */
async function isOurs(image: EngineImage, store: Store, options: Options): Promise<boolean> {
  try {
    const bytes = await store.getBlob(image.id, options);
    if (!bytes) return false;
    return diffIdsOf(decodeManifest(bytes)).join() === image.diffIds.join();
  } catch (error) {
    // A manifest that cannot be read only means that its layers are loaded again.
    if (isWherryError(error, 'CORRUPT')) return false;
    throw error;
  }
}
