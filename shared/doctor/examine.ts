import { interrupted, messageOf, throwIfAborted } from '../error.ts';
import type { Report } from '../events.ts';
import type { Check, CheckedFinding } from './check.ts';
import { type Finding, problem, skipped, warning } from './finding.ts';

export interface ExamineOptions {
  report: Report;
  signal: AbortSignal;
  /** Milliseconds for all checks together, after which those that are left are skipped. */
  limit?: number;
}

/** With what there is to start and to print, less than a minute. */
const wholeLimit = 50_000;

/** Milliseconds in which nothing can be looked at; timers, which end a check, may be early by one. */
const tooShort = 5;

/** Milliseconds after which it is told what is being looked at. */
const noticeAfter = 1_000;

/**
 * Runs checks in order, each within its limit. One that needs another that went wrong is skipped.
 *
 * @throws WherryError INTERRUPTED when the signal fires
 */
export async function examine(
  checks: Check[],
  { report, signal, limit = wholeLimit }: ExamineOptions,
): Promise<CheckedFinding[]> {
  const end = performance.now() + limit;
  const found: CheckedFinding[] = [];
  /** Of each check that went wrong, or was skipped for another: the one at fault. */
  const faults = new Map<string, string>();
  for (const check of checks) {
    throwIfAborted(signal);
    const fault = check.needs.map((name) => faults.get(name)).find((name) => name !== undefined);
    const left = end - performance.now();
    const findings =
      fault !== undefined
        ? [skipped(`Not looked at, for "${fault}" has to be well first.`)]
        : left < tooShort
          ? [skipped('Not looked at, for the time was over.')]
          : await runOne(check, Math.min(check.limit, left), report, signal);
    if (findings.some(({ level }) => level === 'problem')) faults.set(check.name, check.name);
    else if (fault !== undefined) faults.set(check.name, fault);
    found.push(...findings.map((finding) => ({ check: check.name, ...finding })));
  }
  return found;
}

async function runOne(
  check: Check,
  limit: number,
  report: Report,
  signal: AbortSignal,
): Promise<Finding[]> {
  const attempt = new AbortController();
  const ended = Promise.withResolvers<Finding[]>();
  const stop = () => {
    attempt.abort();
    ended.reject(interrupted());
  };
  signal.addEventListener('abort', stop, { once: true });
  const notice = setTimeout(
    () => report({ type: 'notice', text: `Looking at "${check.name}" …` }),
    noticeAfter,
  );
  const timer = setTimeout(() => {
    attempt.abort();
    ended.resolve([lateFinding(check, limit)]);
  }, limit);
  try {
    const done = check.run(attempt.signal).catch((error) => [failedFinding(check, error)]);
    return await Promise.race([ended.promise, done]);
  } finally {
    clearTimeout(notice);
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

function lateFinding({ name, late = 'CHECK_LATE' }: Check, limit: number): Finding {
  const sentence = `Looking at "${name}" did not end within ${Math.round(limit / 1000)} s.`;
  return problem(late, sentence, 'Look at what it waits for, then run doctor again.');
}

function failedFinding({ name }: Check, error: unknown): Finding {
  const sentence = `"${name}" could not be looked at: ${messageOf(error)}`;
  return warning('CHECK_FAILED', sentence, 'Look at it by hand, as the page of the check says.');
}
