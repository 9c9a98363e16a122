import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { writeArchive } from '../archive/write.ts';
import type { Digest } from '../digest.ts';
import type { Engine, EngineInfo } from '../engine/engine.ts';
import { isWherryError, messageOf } from '../error.ts';
import { machinePlatform } from '../image/machine-platform.ts';
import { diffIdsOf, imageSize } from '../image/manifest.ts';
import { formatPlatform, type Platform } from '../image/platform.ts';
import { formatReference, type Reference, type TagReference } from '../image/reference.ts';
import type { TransferContext } from './context.ts';
import { EngineLoader } from './engine-loader.ts';
import { checkPlatform, type FoundImage, findImage } from './find-image.ts';
import { heldLayers } from './held-layers.ts';
import { openImage } from './image-reader.ts';
import { type Resolved, resolveReference } from './resolve.ts';
import { inTurn, type LoadTarget } from './turn.ts';

export interface PullRequest {
  /** In the store. */
  reference: Reference;
  /** What the image is called afterwards, in the engine or in the archive; undefined: no name. */
  tag: TagReference | undefined;
  to: ({ kind: 'engine' } & LoadTarget) | { kind: 'archive'; open: () => Writable };
  /** What the image must be for; else the engine's own platform, or this machine's of several. */
  platform?: Platform | undefined;
  /** Load every layer, also those that the engine has. */
  full?: boolean | undefined;
}

/** `pull --json`; `bytes.downloaded` are what went over the wire. */
export interface PullResult {
  reference: string;
  /** What the reference led to: the manifest's, or that of an index of several platforms. */
  digest: Digest;
  /** The digest of the image's own manifest. */
  manifest: Digest;
  imageId: Digest;
  platform: string;
  /** `loaded`: those that the engine lacked. */
  layers: { total: number; loaded: number };
  bytes: { image: number; downloaded: number };
  upToDate: boolean;
  /** Whether the engine refused a load without the layers that it seemed to have. */
  fellBack: boolean;
}

interface Outcome extends Pick<PullResult, 'upToDate' | 'fellBack'> {
  found: FoundImage;
  platform: Platform;
  loaded: number;
}

/**
 * Brings an image out of a store into an engine, or into an archive that `docker load` reads. Every
 * byte is verified before the end of the archive is written, and success is claimed only after the
 * engine has been asked what it has.
 *
 * @throws WherryError NOT_FOUND when the store has no such image, or none for the platform; CORRUPT
 *   when it is not whole
 */
export async function pull(request: PullRequest, context: TransferContext): Promise<PullResult> {
  const { to, reference } = request;
  const resolved = await resolveReference(reference, context.store, context);
  const { found, platform, loaded, ...outcome } =
    to.kind === 'engine'
      ? await pullIntoEngine(resolved, to, request, context)
      : await pullIntoArchive(resolved, to.open, request, context);
  const { manifest } = found;
  return {
    reference: formatReference(reference),
    digest: resolved.digest,
    manifest: found.digest,
    imageId: manifest.config.digest,
    platform: formatPlatform(platform),
    layers: { total: manifest.layers.length, loaded },
    bytes: { image: imageSize(manifest), downloaded: context.meter.received },
    ...outcome,
  };
}

async function pullIntoArchive(
  resolved: Resolved,
  open: () => Writable,
  { tag, platform }: PullRequest,
  context: TransferContext,
): Promise<Outcome> {
  const found = await findImage(resolved, platform, machinePlatform());
  const reader = await openImage(found, new Set(), context);
  try {
    checkPlatform(platform, reader.platform);
    context.report({ type: 'stage', text: 'Writing the archive' });
    const references = tag ? [formatReference(tag)] : [];
    await pipeline(writeArchive({ ...reader.image, references }, context), open());
    const loaded = found.manifest.layers.length;
    return { found, platform: reader.platform, loaded, upToDate: false, fellBack: false };
  } finally {
    reader.close();
  }
}

async function pullIntoEngine(
  resolved: Resolved,
  target: LoadTarget,
  request: PullRequest,
  context: TransferContext,
): Promise<Outcome> {
  const { engine } = target;
  const info = await engine.info();
  const found = await findImage(resolved, request.platform ?? info.platform, info.platform);
  const loader = new EngineLoader(engine, info, found.digest, found.manifest);
  const tagPresent = async (): Promise<Outcome | undefined> => {
    const present = await loader.find();
    if (!present) return undefined;
    checkPlatform(request.platform, present.platform);
    if (request.tag) await loader.tag(present, request.tag);
    const platform = found.platform ?? present.platform;
    return { found, platform, loaded: 0, upToDate: true, fellBack: false };
  };
  const loadLacking = () => loadIntoEngine(found, { engine, info, loader }, request, context);
  // Whoever had the turn before may have brought it.
  const takeTurn = () => inTurn(target, context, async () => (await tagPresent()) ?? loadLacking());
  return (await tagPresent()) ?? takeTurn();
}

async function loadIntoEngine(
  found: FoundImage,
  { engine, info, loader }: { engine: Engine; info: EngineInfo; loader: EngineLoader },
  { tag, platform, full }: PullRequest,
  context: TransferContext,
): Promise<Outcome> {
  const { store, report, signal } = context;
  const load = async (leaveOut: ReadonlySet<Digest>): Promise<Outcome> => {
    const reader = await openImage(found, leaveOut, context);
    try {
      checkPlatform(platform ?? info.platform, reader.platform);
      const image = await loader.load(reader.image, signal);
      if (tag) await loader.tag(image, tag);
      const loaded = diffIdsOf(found.manifest).filter((diffId) => !leaveOut.has(diffId)).length;
      return { found, platform: reader.platform, loaded, upToDate: false, fellBack: false };
    } finally {
      reader.close();
    }
  };
  const held = full
    ? new Set<Digest>()
    : await heldLayers(diffIdsOf(found.manifest), engine, info, store, { signal });
  report({ type: 'stage', text: 'Loading into the engine' });
  if (held.size === 0) return load(held);
  try {
    return await load(held);
  } catch (error) {
    // What it had may be gone by now, or have been less than it seemed.
    if (!isWherryError(error, 'ENGINE_FAILED')) throw error;
    const text = `Loading only what the engine lacks failed (${messageOf(error)}) Loading in full.`;
    report({ type: 'notice', text });
    return { ...(await load(new Set())), fellBack: true };
  }
}
