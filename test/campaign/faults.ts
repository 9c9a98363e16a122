import type { FaultAction, FaultMatch, FaultRule } from '../s3/server.ts';
import { slowFaults } from './budget.ts';
import type { Chance } from './chance.ts';

/** A rule for the S3 test server, and the exit codes that a program may end with because of it. */
export interface Fault {
  kind: FaultKind;
  explains: number[];
  rule: FaultRule;
}

interface Draft {
  match: FaultMatch;
  action: FaultAction;
  explains: number[];
}

const unavailable = 8;
const corrupt = 4;

const put = { operation: 'PutObject' };
const read = { operation: 'GetObject' };
/** All that has a digest: not how layers are cut, of which another number is as good. */
const readVerified = { ...read, key: /\/(?:chunks|layers|blobs|tags|history)\// };

function answers(status: number, code: string, match: FaultMatch = {}): () => Draft {
  return () => ({ match, action: { type: 'error', code, status }, explains: [unavailable] });
}

function breaks(match: FaultMatch, action: FaultAction, ...explains: number[]): Draft {
  return { match, action, explains };
}

/** All that goes wrong between a program and S3, drawn anew each time. */
const faultKinds = {
  latency: (chance: Chance) =>
    breaks({}, { type: 'latency', milliseconds: chance.between(20, 800) }),
  'slow connection': (chance: Chance) =>
    breaks({}, { type: 'rate', bytesPerSecond: chance.between(2e6, 2e7) }),
  SlowDown: answers(503, 'SlowDown'),
  InternalError: answers(500, 'InternalError'),
  ServiceUnavailable: answers(503, 'ServiceUnavailable'),
  /** S3 gives up waiting for a body. */
  RequestTimeout: answers(400, 'RequestTimeout', put),
  /** None at all: what is missing has to go through the machine that promotes. */
  'no copies': () =>
    breaks(
      { operation: 'CopyObject', probability: 1 },
      { type: 'error', code: 'NotImplemented', status: 501 },
    ),
  'reset before the operation': () => breaks({}, { type: 'reset' }, unavailable),
  'reset after the operation': () => breaks({}, { type: 'reset-after-operation' }, unavailable),
  'reset in a request': (chance: Chance) =>
    breaks(put, { type: 'reset-request', after: chance.size(1e6) }, unavailable),
  'reset in an answer': (chance: Chance) =>
    breaks(read, { type: 'reset-response', after: chance.size(1e6) }, unavailable),
  'cut short': (chance: Chance) =>
    breaks(read, { type: 'truncate', after: chance.size(1e5), contentLength: 'full' }, unavailable),
  'cut short, with the length to match': (chance: Chance) =>
    breaks(
      { method: 'GET' },
      { type: 'truncate', after: chance.size(1e5), contentLength: 'consistent' },
      corrupt,
      unavailable,
    ),
  /** Also in the answer that there is no such tag, which is then none of S3's. */
  'flipped bit': (chance: Chance) =>
    breaks(readVerified, { type: 'flip-bit', offset: chance.size(1e5) }, corrupt, unavailable),
  stall: (chance: Chance) =>
    breaks(read, { type: 'stall-response', after: chance.size(1e5) }, unavailable),
  'no answer': () => breaks({}, { type: 'never-answer' }, unavailable),
} satisfies Record<string, (chance: Chance) => Draft>;

type DrawnKind = keyof typeof faultKinds;

export type FaultKind = DrawnKind | 'late tag';

const slow: DrawnKind[] = ['stall', 'no answer'];
const quickKinds = (Object.keys(faultKinds) as DrawnKind[]).filter((kind) => !slow.includes(kind));

/** Each of several kinds strikes a request with a probability between the two. */
export function someFaults(chance: Chance, least: number, most: number): Fault[] {
  const kinds = chance.some(quickKinds, chance.between(1, 4));
  const faults = kinds.map((kind) => {
    const probability = least + (most - least) * (chance.between(0, 100) / 100);
    return fault(chance, kind, { probability });
  });
  if (chance.happens(0.1)) {
    const times = chance.between(1, slowFaults);
    faults.push(fault(chance, chance.of(slow), { probability: 0.2, times }));
  }
  return faults;
}

/** One kind that strikes every request that it is for. */
export function certainFault(chance: Chance): Fault {
  return fault(chance, chance.of(quickKinds), {});
}

/** Nobody answers anything. */
export function deadServer(chance: Chance): Fault {
  return fault(chance, 'no answer', {});
}

/** What is read of a tag is old when it comes: whoever moves the tag by it has to notice. */
export function lateTags(chance: Chance): Fault {
  const action = { type: 'latency' as const, milliseconds: chance.between(800, 2000) };
  return { kind: 'late tag', explains: [], rule: { match: { ...read, key: /\/tags\// }, action } };
}

function fault(chance: Chance, kind: DrawnKind, limits: FaultMatch): Fault {
  const { match, action, explains } = faultKinds[kind](chance);
  return { kind, explains, rule: { match: { ...limits, ...match }, action } };
}
