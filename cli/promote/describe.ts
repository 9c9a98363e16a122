import { formatReference } from '../../shared/image/reference.ts';
import { formatSeconds, formatTable } from '../../shared/report/format.ts';
import { formatAuthor } from '../../shared/store/origin.ts';
import type { TagRecord } from '../../shared/store/tag.ts';
import type { PromotionPlan } from '../../shared/transfer/promote/plan.ts';
import type { PromoteResult } from '../../shared/transfer/promote/result.ts';

/** @param store where the target is */
export function describePlan(plan: PromotionPlan, store: string): string {
  const { request, from, current, goal } = plan;
  const source = from.store ? `${from.reference} of ${from.store}` : from.reference;
  return formatTable([
    ['Promote', source],
    ['To', `${formatReference(request.target)} of ${store}`],
    ['Now', current ? describeRecord(current) : 'not there'],
    ['Then', goal.digest],
    ['Platforms', describePlatforms(plan)],
  ]);
}

export function describePromotion(
  { reference, digest, moved, sequence, plan }: PromoteResult,
  { dryRun, seconds }: { dryRun: boolean; seconds: number },
): string {
  if (!plan.moves) return `${reference} is at ${digest} already.`;
  if (dryRun || !moved) return 'Nothing was done.';
  return `Promoted ${reference} (${digest}) as change ${sequence} in ${formatSeconds(seconds)}.`;
}

function describeRecord({ digest, sequence, action, by, time }: TagRecord): string {
  const who = by ? ` by ${formatAuthor(by)}` : '';
  return `${digest}, change ${sequence}: ${action}${who} at ${time}`;
}

function describePlatforms({ platforms }: PromotionPlan): string {
  const { added, kept, dropped } = platforms;
  const parts = [
    ...(kept.length > 0 ? [kept.join(', ')] : []),
    ...(added.length > 0 ? [`new: ${added.join(', ')}`] : []),
    ...(dropped.length > 0 ? [`no longer: ${dropped.join(', ')}`] : []),
  ];
  return parts.join('; ');
}
