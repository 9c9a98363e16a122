import type { Digest } from '../../digest.ts';
import { formatReference } from '../../image/reference.ts';
import type { Author, Origin } from '../../store/origin.ts';
import { bytesOf } from './missing.ts';
import { isMove, type PromotionPlan } from './plan.ts';
import type { Promoted } from './promote.ts';

/**
 * `promote --json`. What was copied is counted in objects, and in bytes as they are stored; what of it
 * came through this machine is `carried`.
 */
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
    /** Who moved or removed the target before, and when. */
    last: { sequence: number; time: string; action: string; by: Author | undefined } | undefined;
    copy: PlannedCopy;
  };
  objects: { copied: number; carried: number };
  /** `image`: of all its images, uncompressed. */
  bytes: { image: number; copied: number; carried: number };
}

/** What the target lacks. */
export interface PlannedCopy {
  /** Whether S3 is asked to copy it by itself. */
  serverSide: boolean;
  layers: { total: number; missing: number };
  chunks: number;
  objects: number;
  bytes: number;
}

/** @param done undefined when it was only planned */
export function resultOf(
  plan: PromotionPlan,
  done: Promoted | undefined,
  store: string,
): PromoteResult {
  const { request, from, current, goal, platforms } = plan;
  const last = plan.last?.value;
  const { objects, bytes } = done ?? { objects: none, bytes: none };
  return {
    reference: formatReference(request.target),
    store,
    digest: goal.digest,
    previous: current?.digest,
    platforms: goal.platforms,
    sequence: (done?.record ?? last)?.sequence,
    moved: done !== undefined && done.record !== current,
    from,
    plan: {
      moves: isMove(plan),
      platforms,
      last: last && {
        sequence: last.sequence,
        time: last.time,
        action: last.action,
        by: last.by,
      },
      copy: plannedCopy(plan),
    },
    objects,
    bytes: { image: goal.imageSize, ...bytes },
  };
}

export function plannedCopy({ goal, missing, serverSide }: PromotionPlan): PlannedCopy {
  const objects = missing?.stages.flat() ?? [];
  return {
    serverSide,
    layers: { total: goal.layers, missing: missing?.layers ?? 0 },
    chunks: missing?.chunks ?? 0,
    objects: objects.length,
    bytes: bytesOf(objects),
  };
}

const none = { copied: 0, carried: 0 };
