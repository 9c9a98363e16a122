import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { writeArchive } from '../archive/write.ts';
import type { Digest } from '../digest.ts';
import type { Engine, EngineInfo } from '../engine/engine.ts';
import { isWherryError, messageOf, WherryError } from '../error.ts';
import { diffIdsOf, imageSize } from '../image/manifest.ts';
import { formatPlatform, matchesPlatform, type Platform } from '../image/platform.ts';
import { formatReference, type Reference, type TagReference } from '../image/reference.ts';
import type { TransferContext } from './context.ts';
import { EngineLoader } from './engine-loader.ts';
import { type FoundImage, findImage } from './find-image.ts';
import { heldLayers } from './held-layers.ts';
import { openImage } from './image-reader.ts';
import { inTurn, type LoadTarget } from './turn.ts';

export interface PullRequest {
  /** In the store. */
  reference: Reference;
  /** What the image is called afterwards, in the engine or in the archive; undefined: no name. */
  tag: TagReference | undefined;
  to: ({ kind: 'engine' } & LoadTarget) | { kind: 'archive'; open: () => Writable };
  /** Refuse an image for another platform. */
  platform?: Platform | undefined;
  /** Load every layer, also those that the engine has. */
  full?: boolean | undefined;
}

/** `pull --json`; `bytes.downloaded` are what went over the wire. */
export interface PullResult {
  reference: string;
  digest: Digest;
  imageId: Digest;
  platform: string;
  /** `loaded`: those that the engine lacked. */
  layers: { total: number; loaded: number };
  bytes: { image: number; downloaded: number };
  upToDate: boolean;
  /** Whether the engine refused a load without the layers that it seemed to have. */
  fellBack: boolean;
}

type Outcome = Pick<PullResult, 'upToDate' | 'fellBack'> & { platform: Platform; loaded: number };

/**
 * Brings an image out of a store into an engine, or into an archive that `docker load` reads. Every
 * byte is verified before the end of the archive is written, and success is claimed only after the
 * engine has been asked what it has.
 *
 * @throws WherryError NOT_FOUND when the store has no such image, CORRUPT when it is not whole
 */
export async function pull(request: PullRequest, context: TransferContext): Promise<PullResult> {
  const { to, reference } = request;
  const image = await findImage(reference, context.store, context);
  const { manifest } = image;
  const { platform, loaded, ...outcome } =
    to.kind === 'engine'
      ? await pullIntoEngine(image, to, request, context)
      : await pullIntoArchive(image, to.open, request, context);
  return {
    reference: formatReference(reference),
    digest: image.digest,
    imageId: manifest.config.digest,
    platform: formatPlatform(platform),
    layers: { total: manifest.layers.length, loaded },
    bytes: { image: imageSize(manifest), downloaded: context.meter.received },
    ...outcome,
  };
}

async function pullIntoArchive(
  found: FoundImage,
  open: () => Writable,
  { tag, platform }: PullRequest,
  context: TransferContext,
): Promise<Outcome> {
  const reader = await openImage(found, new Set(), context);
  try {
    checkPlatform(platform, reader.platform);
    context.report({ type: 'stage', text: 'Writing the archive' });
    const references = tag ? [formatReference(tag)] : [];
    await pipeline(writeArchive({ ...reader.image, references }, context), open());
    const loaded = found.manifest.layers.length;
    return { platform: reader.platform, loaded, upToDate: false, fellBack: false };
  } finally {
    reader.close();
  }
}

async function pullIntoEngine(
  found: FoundImage,
  target: LoadTarget,
  request: PullRequest,
  context: TransferContext,
): Promise<Outcome> {
  const { engine } = target;
  const info = await engine.info();
  const loader = new EngineLoader(engine, info, found.digest, found.manifest);
  const tagPresent = async (): Promise<Outcome | undefined> => {
    const present = await loader.find();
    if (!present) return undefined;
    checkPlatform(request.platform, present.platform);
    if (request.tag) await loader.tag(present, request.tag);
    return { platform: present.platform, loaded: 0, upToDate: true, fellBack: false };
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
      return { platform: reader.platform, loaded, upToDate: false, fellBack: false };
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

function checkPlatform(wanted: Platform | undefined, offered: Platform): void {
  if (!wanted || matchesPlatform({ ...wanted, variant: undefined }, offered)) return;
  const [want, offer] = [formatPlatform(wanted), formatPlatform(offered)];
  throw new WherryError('NOT_FOUND', `The image is for ${offer}, not for ${want}.`, {
    side: 'store',
    hint: `Push it for ${want}, or pass --platform ${offer}.`,
  });
}
