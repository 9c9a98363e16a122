import { type FaultAction, requireAction } from './actions.ts';
import { seededRandom } from './random.ts';

/** Which requests a rule is for: those that fit everything given. */
export interface FaultMatch {
  /** S3's name of the operation, such as `GetObject`. */
  operation?: string;
  method?: string;
  bucket?: string;
  /** The whole key, or an expression that is found in it. */
  key?: string | RegExp;
  /** Begins with the nth request that fits, counted from 1. */
  nth?: number;
  /** Ends after so many; 1 when only `nth` is given, else without end. */
  times?: number;
  /** From 0 to 1; drawn from the seeded generator for each request that fits. */
  probability?: number;
}

export interface FaultRule {
  match?: FaultMatch;
  action: FaultAction | FaultAction[];
}

/** What a rule can look at. */
export interface FaultSubject {
  operation: string;
  method: string;
  bucket: string;
  key: string;
}

interface ActiveRule {
  rule: FaultRule;
  seen: number;
  fired: number;
}

/** The faults of a server. They can be changed at any time, and hold for requests from then on. */
export class Faults {
  readonly #random: () => number;
  #active: ActiveRule[] = [];

  constructor(rules: readonly FaultRule[], seed: number) {
    this.#random = seededRandom(seed);
    this.set(rules);
  }

  /** Replaces all rules; their counts begin anew. Throws Error for a rule that is none. */
  set(rules: readonly FaultRule[]): void {
    this.#active = rules.map(activate);
  }

  /** Adds a rule, and gives the function that takes it away again. */
  add(rule: FaultRule): () => void {
    const active = activate(rule);
    this.#active.push(active);
    return () => {
      this.#active = this.#active.filter((other) => other !== active);
    };
  }

  clear(): void {
    this.#active = [];
  }

  /** How many times each rule has struck, in the order of the rules. */
  get struck(): number[] {
    return this.#active.map(({ fired }) => fired);
  }

  /** The actions for one request, which counts as seen by every rule it fits. */
  actionsFor(subject: FaultSubject): FaultAction[] {
    return this.#active
      .filter((active) => this.#strikes(active, subject))
      .flatMap(({ rule }) => rule.action);
  }

  #strikes(active: ActiveRule, subject: FaultSubject): boolean {
    const { match = {} } = active.rule;
    if (!fits(match, subject)) return false;
    active.seen++;
    const { nth = 1, times = match.nth === undefined ? Infinity : 1, probability } = match;
    if (active.seen < nth || active.fired >= times) return false;
    if (probability !== undefined && this.#random() >= probability) return false;
    active.fired++;
    return true;
  }
}

function activate(rule: FaultRule): ActiveRule {
  for (const action of [rule.action].flat()) requireAction(action);
  return { rule, seen: 0, fired: 0 };
}

function fits({ operation, method, bucket, key }: FaultMatch, subject: FaultSubject): boolean {
  return (
    (operation === undefined || operation === subject.operation) &&
    (method === undefined || method === subject.method) &&
    (bucket === undefined || bucket === subject.bucket) &&
    (key === undefined ||
      (key instanceof RegExp ? subject.key.search(key) >= 0 : key === subject.key))
  );
}

/**
 * A rule from parsed JSON, in which an expression is `{"key":{"pattern":"^chunks/"}}`. Throws
 * Error with what is wrong.
 */
export function ruleFromJson(value: unknown): FaultRule {
  const { match, action } = value as {
    match?: FaultMatch & { key?: unknown };
    action: FaultAction;
  };
  const { pattern } = (match?.key ?? {}) as { pattern?: string };
  const key = pattern === undefined ? match?.key : new RegExp(pattern);
  return activate({ match: { ...match, ...(key !== undefined && { key }) }, action }).rule;
}
