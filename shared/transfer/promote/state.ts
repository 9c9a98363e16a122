import { isWherryError, WherryError } from '../../error.ts';
import { formatReference } from '../../image/reference.ts';
import type { Store } from '../../store/store.ts';
import type { PromotionPlan } from './plan.ts';

/** Milliseconds to find out where a tag is, after moving it has failed. */
const patience = 5_000;

/** The same error, that says what is done and what is not. */
export function withState(error: unknown, ...state: string[]): unknown {
  if (!isWherryError(error)) return error;
  const { code, message, side, hint } = error;
  return new WherryError(code, [message, ...state].join(' '), { side, hint, cause: error });
}

/** What is so when copying ended early, of so many objects. */
export function stateOfCopy(plan: PromotionPlan, target: Store, copied: number, total: number) {
  const rest = `${copied} of ${total} objects were copied, and the next promote copies only the rest`;
  return `${nameOf(plan, target)} is as it was; ${rest}.`;
}

/** What has become of the tag when moving it has failed: that may be before or after it moved. */
export async function stateOfTag(plan: PromotionPlan, target: Store): Promise<string> {
  const name = nameOf(plan, target);
  const options = { signal: AbortSignal.timeout(patience) };
  try {
    const now = await target.getTag(plan.request.target, options);
    return now?.id === plan.current?.id ? `${name} is as it was.` : `${name} has moved.`;
  } catch {
    return `Whether ${name.replace('The', 'the')} has moved could not be told.`;
  }
}

function nameOf({ request }: PromotionPlan, target: Store): string {
  return `The tag ${formatReference(request.target)} of ${target.url}`;
}
