import type { TagRecord } from '../../store/tag.ts';
import { indexOf } from '../../store/tag-images.ts';
import { checkUnmoved } from '../../store/tags.ts';
import { isMove, type PromoteContext, type PromotionPlan } from './plan.ts';

/**
 * Points the tag where the plan says, unless it was moved since.
 *
 * @returns the tag's record afterwards
 * @throws WherryError CONFLICT when somebody else moved it
 */
export async function promote(
  plan: PromotionPlan,
  { target, signal }: PromoteContext,
): Promise<TagRecord> {
  const { request, from, engineId, current: shown, goal } = plan;
  if (shown && !isMove(plan)) return shown;
  const { by, note, expect, immutable } = request;
  const index = indexOf(goal.images);
  if (index) await target.putBlob(index, { signal });
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
