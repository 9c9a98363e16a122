import type { FaultAction } from './actions.ts';

/** Everything that is to go wrong with one request. */
export interface FaultPlan {
  /** Milliseconds, all latencies together. */
  latency: number;
  /** Bytes per second, the slowest given; Infinity for no limit. */
  rate: number;
  error: Extract<FaultAction, { type: 'error' }> | undefined;
  before: 'reset' | 'never-answer' | undefined;
  resetAfterOperation: boolean;
  resetRequestAfter: number | undefined;
  /** How the response's body ends early. */
  cut: Cut | undefined;
  flippedBits: number[];
}

export interface Cut {
  /** Bytes */
  after: number;
  ending: 'reset' | 'stall' | 'close' | 'shorten';
}

/** Puts actions together; of two that exclude each other, the later one holds. */
export function planFaults(actions: readonly FaultAction[]): FaultPlan {
  const plan: FaultPlan = {
    latency: 0,
    rate: Infinity,
    error: undefined,
    before: undefined,
    resetAfterOperation: false,
    resetRequestAfter: undefined,
    cut: undefined,
    flippedBits: [],
  };
  for (const action of actions) apply(plan, action);
  return plan;
}

function apply(plan: FaultPlan, action: FaultAction): void {
  switch (action.type) {
    case 'latency':
      plan.latency += action.milliseconds;
      break;
    case 'rate':
      plan.rate = Math.min(plan.rate, action.bytesPerSecond);
      break;
    case 'error':
      plan.error = action;
      break;
    case 'reset':
    case 'never-answer':
      plan.before = action.type;
      break;
    case 'reset-after-operation':
      plan.resetAfterOperation = true;
      break;
    case 'reset-request':
      plan.resetRequestAfter = action.after;
      break;
    case 'reset-response':
      plan.cut = { after: action.after, ending: 'reset' };
      break;
    case 'stall-response':
      plan.cut = { after: action.after, ending: 'stall' };
      break;
    case 'flip-bit':
      plan.flippedBits.push(action.offset);
      break;
    case 'truncate':
      plan.cut = {
        after: action.after,
        ending: action.contentLength === 'full' ? 'close' : 'shorten',
      };
      break;
  }
}
