import type { Digest } from '../../digest.ts';
import { formatReference } from '../../image/reference.ts';
import type { Author, Origin } from '../../store/origin.ts';
import type { TagRecord } from '../../store/tag.ts';
import { isMove, type PromotionPlan } from './plan.ts';

/** `promote --json`. */
export interface PromoteResult {
  /** The target, and its store. */
  reference: string;
  store: string;
  /** What the plan points it to: a manifest, or the index of several platforms. */
  digest: Digest;
  /** Where it pointed when the plan was made. */
  previous: Digest | undefined;
  platforms: string[];
  /** The number of the target's last change: this one, where there was one. */
  sequence: number | undefined;
  /** Whether the tag was moved by this. */
  moved: boolean;
  from: Origin;
  plan: {
    /** Whether there is anything to do. */
    moves: boolean;
    platforms: { added: string[]; kept: string[]; dropped: string[] };
    /** Who moved the target before, and when. */
    last: { sequence: number; time: string; action: string; by: Author | undefined } | undefined;
  };
  /** `image`: of all its images, uncompressed. */
  bytes: { image: number };
}

/** @param record the target's afterwards; undefined when there is none */
export function resultOf(
  plan: PromotionPlan,
  record: TagRecord | undefined,
  store: string,
): PromoteResult {
  const { request, from, current, goal, platforms } = plan;
  return {
    reference: formatReference(request.target),
    store,
    digest: goal.digest,
    previous: current?.digest,
    platforms: goal.platforms,
    sequence: record?.sequence,
    moved: record?.sequence !== current?.sequence,
    from,
    plan: {
      moves: isMove(plan),
      platforms,
      last: current && {
        sequence: current.sequence,
        time: current.time,
        action: current.action,
        by: current.by,
      },
    },
    bytes: { image: goal.imageSize },
  };
}
