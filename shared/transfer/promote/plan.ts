import type { Digest } from '../../digest.ts';
import type { Report } from '../../events.ts';
import type { Platform } from '../../image/platform.ts';
import type { Reference, TagReference } from '../../image/reference.ts';
import type { Author, Origin } from '../../store/origin.ts';
import type { Store } from '../../store/store.ts';
import type { TagRecord } from '../../store/tag.ts';
import { type TagTarget, targetOf } from '../../store/tag-images.ts';
import { checkExpectation, checkMovable } from '../../store/tags.ts';
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
  /** Where the tag points now; undefined when it is not there. */
  current: TagRecord | undefined;
  goal: TagTarget;
  /** What the tag then has, of platforms: new ones, those of before, and no longer. */
  platforms: { added: string[]; kept: string[]; dropped: string[] };
}

/**
 * Looks at source and target, and changes nothing.
 *
 * @throws WherryError NOT_FOUND without a source; CONFLICT when the tag is not where `expect` says, or
 *   may not move
 */
export async function planPromotion(
  request: PromoteRequest,
  { source, target, signal }: PromoteContext,
): Promise<PromotionPlan> {
  const { expect, immutable } = request;
  const [found, current] = await Promise.all([
    findSource(request.source, request.platform, source, { signal }),
    target.getTag(request.target, { signal }),
  ]);
  checkExpectation(request.target, current, expect);
  const goal = targetOf(found.images);
  if (goal.digest !== current?.digest) checkMovable(request.target, current, immutable);
  const before = current?.platforms ?? [];
  const { reference, sequence, engineId } = found;
  return {
    request,
    from: { reference, store: source.url === target.url ? undefined : source.url, sequence },
    engineId,
    current,
    goal,
    platforms: {
      added: goal.platforms.filter((each) => !before.includes(each)),
      kept: goal.platforms.filter((each) => before.includes(each)),
      dropped: before.filter((each) => !goal.platforms.includes(each)),
    },
  };
}

/** Whether the tag points elsewhere afterwards. */
export function isMove({ current, goal }: PromotionPlan): boolean {
  return current?.digest !== goal.digest;
}
