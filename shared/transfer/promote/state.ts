import { formatReference } from '../../image/reference.ts';
import type { Store } from '../../store/store.ts';
import type { PromotionPlan } from './plan.ts';

/** What is so when copying ended early, of so many objects: nothing has touched the tag yet. */
export function stateOfCopy(
  { request }: PromotionPlan,
  target: Store,
  copied: number,
  total: number,
): string {
  const tag = `The tag ${formatReference(request.target)} of ${target.url} is as it was`;
  if (total === 0) return `${tag}.`;
  const rest = `${copied} of ${total} objects were copied, and the next promote copies only the rest`;
  return `${tag}; ${rest}.`;
}
