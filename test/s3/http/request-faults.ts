import { invalidArgument, messageOf, statusOf } from '../errors.ts';
import { type FaultAction, parseActions } from '../faults/actions.ts';
import { type FaultPlan, planFaults } from '../faults/plan.ts';
import type { Faults } from '../faults/rules.ts';
import { type Answer, refusal } from './answer.ts';
import type { S3Request } from './request.ts';

/** Carries actions for the one request that has it, as JSON. */
const FAULT_HEADER = 'x-wherry-fault';

/** What the rules and the request's own header ask for. Throws S3Error InvalidArgument. */
export function requestFaults(faults: Faults, request: S3Request, operation: string): FaultPlan {
  const { method, bucket, key } = request;
  const actions = faults.actionsFor({ operation, method, bucket, key });
  const header = request.headers.get(FAULT_HEADER);
  if (header === undefined) return planFaults(actions);
  try {
    return planFaults([...actions, ...parseActions(header)]);
  } catch (error) {
    throw invalidArgument((error as Error).message, FAULT_HEADER, header);
  }
}

export function faultAnswer(
  request: S3Request,
  { code, status, message, headers }: Extract<FaultAction, { type: 'error' }>,
): Answer {
  const chosen = status ?? statusOf(code) ?? 400;
  return refusal(request, chosen, code, message ?? messageOf(code), {}, headers);
}
