import { operationBudget } from './budget.ts';
import type { Outcome } from './operation.ts';
import type { Phase } from './phase.ts';

/** What is wrong with how the programs ended, whatever they did. */
export function checkEndings(outcomes: Outcome[], phase: Phase): string[] {
  return outcomes.flatMap((outcome) => {
    const { code, hung, stderr, operation } = outcome;
    const name = `operation ${operation.number}`;
    if (hung) return [`${name} took longer than its budget of ${operationBudget / 1000} s`];
    if (!expectedCodes(outcome, phase).has(code)) {
      return [`${name} ended with ${code}, which nothing explains: ${lastLine(stderr)}`];
    }
    if (
      code !== 0 &&
      typeof code === 'number' &&
      !/^error \((engine|store|local)\): /m.test(stderr)
    ) {
      return [`${name} ended with ${code} and does not say why`];
    }
    return [];
  });
}

function expectedCodes({ operation }: Outcome, phase: Phase): Set<number | string> {
  const codes = new Set<number | string>([0, ...phase.faults.flatMap(({ explains }) => explains)]);
  const signal = operation.kill?.signal;
  // Until it listens for them, the other two end a program as any other.
  if (signal) codes.add(signal);
  if (signal && signal !== 'SIGKILL') codes.add(130);
  // Whether there was a conflict, or the tag was absent, is for the line of the tag to say.
  const guarded = operation.kind !== 'push' || operation.immutable || operation.expect;
  if (operation.kind !== 'pull' && guarded) codes.add(6);
  if (operation.kind !== 'push') codes.add(3);
  return codes;
}

function lastLine(stderr: string): string {
  return stderr.split('\n').find((line) => line.startsWith('error')) ?? stderr.slice(-200);
}
