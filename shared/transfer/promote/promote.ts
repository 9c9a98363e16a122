import { withMore } from '../../error.ts';
import type { TagRecord } from '../../store/tag.ts';
import { moveAsPlanned } from '../planned-move.ts';
import { Copier } from './copier.ts';
import { bytesOf, type Missing } from './missing.ts';
import { isMove, type PromoteContext, type PromotionPlan } from './plan.ts';
import { stateOfCopy } from './state.ts';

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
  const { current, missing, newIndex, serverSide } = plan;
  const copier = new Copier({ ...context, serverSide });
  const done = { objects: copier.count, bytes: copier.bytes };
  if (current && !isMove(plan)) return { record: current, ...done };
  const total = missing?.stages.flat().length ?? 0;
  try {
    if (missing && total > 0) await copyMissing(missing, copier, plan, context);
    if (newIndex) await context.target.putBlob(newIndex, { signal: context.signal });
  } catch (error) {
    throw withMore(error, stateOfCopy(plan, context.target, copier.count.copied, total));
  }
  return { record: await moveTag(plan, whatStays(plan, total), context), ...done };
}

/** What there is beside the tag, should that not be moved. */
function whatStays({ newIndex }: PromotionPlan, copied: number): string | undefined {
  if (copied > 0) return `All ${copied} objects that were missing are copied, and stay.`;
  return newIndex && 'The index of the platforms is stored, and stays.';
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

function moveTag(
  { request, last, from, engineId, goal }: PromotionPlan,
  stays: string | undefined,
  { target, signal }: PromoteContext,
): Promise<TagRecord> {
  const { target: tag, by, note, expect, immutable } = request;
  const change = { action: 'promote' as const, source: engineId, by, from, note, ...goal };
  return moveAsPlanned({ tag, last, change, stays, expect, immutable }, target, { signal });
}
