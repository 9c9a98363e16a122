import type { Digest } from '../../digest.ts';
import type { Report } from '../../events.ts';
import type { Platform } from '../../image/platform.ts';
import type { Reference, TagReference } from '../../image/reference.ts';
import type { Author, Origin } from '../../store/origin.ts';
import type { Store } from '../../store/store.ts';
import { recordThere, type TagRecord } from '../../store/tag.ts';
import { checkExpectation, checkMovable } from '../../store/tag-conflicts.ts';
import { indexOf, type TagTarget, targetOf } from '../../store/tag-images.ts';
import type { LastChange } from '../../store/tag-pointer.ts';
import { findMissing, type Missing } from './missing.ts';
import { findSource } from './source.ts';

export interface PromoteRequest {
  source: Reference;
  target: TagReference;
  /** Only the images for this one. */
  platform?: Platform | undefined;
  expect?: Digest | 'none' | undefined;
  immutable?: boolean | undefined;
  /** Who promotes, for the tag's record; and why. */
  by?: Author | undefined;
  note?: string | undefined;
}

export interface PromoteContext {
  source: Store;
  /** The same one, where a tag moves within a store. */
  target: Store;
  report: Report;
  signal?: AbortSignal | undefined;
}

/** What a promotion will do: {@link promote} does this, or nothing. */
export interface PromotionPlan {
  request: PromoteRequest;
  from: Origin;
  /** The ID that an engine gave the source, when it came from one. */
  engineId: Digest | undefined;
  /** The target's last change, be it a removal; undefined when there was none ever. */
  last: LastChange | undefined;
  /** Where the tag points now; undefined when it is not there. */
  current: TagRecord | undefined;
  goal: TagTarget;
  /** What the tag then has, of platforms: new ones, those of before, and no longer. */
  platforms: { added: string[]; kept: string[]; dropped: string[] };
  /** Of some of the source's platforms, so that the source has no such index. */
  newIndex: Buffer | undefined;
  /** What has to be copied first; undefined within a store, and where the tag stays. */
  missing: Missing | undefined;
  /** Whether S3 can be asked to copy that by itself. */
  serverSide: boolean;
}

/**
 * Looks at source and target, and changes nothing.
 *
 * @throws WherryError NOT_FOUND without a source; CONFLICT when the tag is not where `expect` says, or
 *   may not move
 */
export async function planPromotion(
  request: PromoteRequest,
  { source, target, report, signal }: PromoteContext,
): Promise<PromotionPlan> {
  const { expect, immutable } = request;
  const [found, last] = await Promise.all([
    findSource(request.source, request.platform, source, { signal }),
    target.lastChange(request.target, { signal }),
  ]);
  const current = recordThere(last?.value);
  checkExpectation(request.target, current, expect);
  const goal = targetOf(found.images);
  const moves = goal.digest !== current?.digest;
  if (moves && current) {
    checkMovable(request.target, current, immutable);
    await target.checkMayMove(request.target, current, 'promote', { signal });
  }
  // Not by their URLs: two servers may have a bucket of the same name.
  const between = source !== target;
  const newIndex = goal.digest === found.digest ? undefined : indexOf(found.images);
  const index = goal.digest === found.digest && found.images.length > 1 ? found.digest : undefined;
  if (moves && between) report({ type: 'stage', text: `Looking for what ${target.url} lacks` });
  const missing =
    moves && between
      ? await findMissing({ images: found.images, index }, current, { source, target }, { signal })
      : undefined;
  const before = current?.platforms ?? [];
  const { reference, sequence, engineId } = found;
  return {
    request,
    from: { reference, store: between ? source.url : undefined, sequence },
    engineId,
    last,
    current,
    goal,
    platforms: {
      added: goal.platforms.filter((each) => !before.includes(each)),
      kept: goal.platforms.filter((each) => before.includes(each)),
      dropped: before.filter((each) => !goal.platforms.includes(each)),
    },
    newIndex,
    missing,
    serverSide: missing !== undefined && (await isOneService(source, target)),
  };
}

/** Whether the tag points elsewhere afterwards. */
export function isMove({ current, goal }: PromotionPlan): boolean {
  return current?.digest !== goal.digest;
}

async function isOneService(source: Store, target: Store): Promise<boolean> {
  const [from, to] = await Promise.all([source.copyService(), target.copyService()]);
  return from !== undefined && from === to;
}
