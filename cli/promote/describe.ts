import { formatReference } from '../../shared/image/reference.ts';
import { formatBytes, formatSeconds, formatTable } from '../../shared/report/format.ts';
import { formatAuthor } from '../../shared/store/origin.ts';
import { isRemoval, type TagRecord } from '../../shared/store/tag.ts';
import type { PromotionPlan } from '../../shared/transfer/promote/plan.ts';
import type { PlannedCopy, PromoteResult } from '../../shared/transfer/promote/result.ts';

/** @param store where the target is */
export function describePlan(plan: PromotionPlan, copy: PlannedCopy, store: string): string {
  const { request, from, last, goal } = plan;
  const source = from.store ? `${from.reference} of ${from.store}` : from.reference;
  return formatTable([
    ['Promote', source],
    ['To', `${formatReference(request.target)} of ${store}`],
    ['Now', last ? describeRecord(last.value) : 'not there'],
    ['Then', goal.digest],
    ['Platforms', describePlatforms(plan)],
    ...(plan.missing ? [['To copy', describeCopy(copy)]] : []),
  ]);
}

export function describePromotion(
  { reference, digest, moved, sequence, plan, objects, bytes }: PromoteResult,
  { dryRun, seconds }: { dryRun: boolean; seconds: number },
): string {
  if (!plan.moves) return `${reference} is at ${digest} already.`;
  if (dryRun || !moved) return 'Nothing was done.';
  const done = `Promoted ${reference} (${digest}) as change ${sequence} in ${formatSeconds(seconds)}`;
  if (objects.copied === 0) return `${done}.`;
  const [copied, image] = [formatBytes(bytes.copied), formatBytes(bytes.image)];
  return `${done}: copied ${copied}, of an image of ${image}, ${describeWay(bytes)}.`;
}

function describeWay({ copied, carried }: PromoteResult['bytes']): string {
  if (carried === 0) return 'within S3';
  const share = carried === copied ? '' : `${formatBytes(carried)} of it `;
  return `${share}through this machine`;
}

function describeRecord(record: TagRecord): string {
  const { digest, sequence, action, by, time } = record;
  const who = by ? ` by ${formatAuthor(by)}` : '';
  return `${isRemoval(record) ? 'gone' : digest}, change ${sequence}: ${action}${who} at ${time}`;
}

function describeCopy({ serverSide, layers, chunks, objects, bytes }: PlannedCopy): string {
  if (objects === 0) return 'nothing';
  const how = serverSide ? 'within S3, where the credentials allow it' : 'through this machine';
  return (
    `${layers.missing} of ${layers.total} layers, ${chunks} chunks, ` +
    `${formatBytes(bytes)} in ${objects} objects, ${how}`
  );
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
