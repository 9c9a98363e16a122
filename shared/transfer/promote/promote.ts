import { isWherryError } from '../../error.ts';
import type { TagRecord } from '../../store/tag.ts';
import { checkUnmoved } from '../../store/tag-conflicts.ts';
import { Copier } from './copier.ts';
import { bytesOf, type Missing } from './missing.ts';
import { isMove, type PromoteContext, type PromotionPlan } from './plan.ts';
import { stateOfCopy, stateOfTag, withState } from './state.ts';

/** What a promotion did. */
export interface Promoted {
  /** The tag's record afterwards. */
  record: TagRecord;
  /** What was copied, and what of it came through this machine. */
  objects: { copied: number; carried: number };
  bytes: { copied: number; carried: number };
}

/**
 * Copies what the target lacks, children before parents, and points the tag where the plan says, unless
 * it was moved since.
 *
 * @throws WherryError CONFLICT when somebody else moved it. Whatever is thrown, says what is done.
 */
export async function promote(plan: PromotionPlan, context: PromoteContext): Promise<Promoted> {
  const { current, missing, serverSide } = plan;
  const copier = new Copier({ ...context, serverSide });
  const done = { objects: copier.count, bytes: copier.bytes };
  if (current && !isMove(plan)) return { record: current, ...done };
  const total = missing?.stages.flat().length ?? 0;
  try {
    if (missing && total > 0) await copyMissing(missing, copier, plan, context);
  } catch (error) {
    throw withState(error, stateOfCopy(plan, context.target, copier.count.copied, total));
  }
  try {
    return { record: await moveTag(plan, context), ...done };
  } catch (error) {
    const isTold = isWherryError(error, 'CONFLICT');
    const tag = isTold ? [] : [await stateOfTag(plan, context.target)];
    const copied =
      total > 0 ? [`All ${total} objects that were missing are copied, and stay.`] : [];
    throw withState(error, ...tag, ...copied);
  }
}

async function copyMissing(
  { isNew, stages }: Missing,
  copier: Copier,
  { serverSide }: PromotionPlan,
  { source, target, report, signal }: PromoteContext,
): Promise<void> {
  const how = serverSide ? 'within S3' : 'through this machine';
  report({ type: 'stage', text: `Copying to ${target.url}, ${how}` });
  report({ type: 'total', bytes: bytesOf(stages.flat()) });
  if (isNew) await target.chunkSizes({ signal, initial: await source.findChunkSizes({ signal }) });
  for (const stage of stages) await copier.copy(stage);
}

async function moveTag(
  { request, from, engineId, current: shown, goal, newIndex }: PromotionPlan,
  { target, signal }: PromoteContext,
): Promise<TagRecord> {
  const { by, note, expect, immutable } = request;
  if (newIndex) await target.putBlob(newIndex, { signal });
  const change = { action: 'promote' as const, source: engineId, by, from, note, ...goal };
  return target.moveTag(
    request.target,
    async (current) => {
      checkUnmoved(request.target, current, shown);
      return change;
    },
    { signal, expect, immutable },
  );
}
