import type { CheckedFinding } from '../doctor/check.ts';
import type { Level } from '../doctor/finding.ts';
import { printable } from '../report/format.ts';

const marks: Record<Level, string> = { ok: '✓', warning: '!', problem: '✗', skipped: '-' };

/** Of ECMA-48: green, yellow, red, faint. */
const colors: Record<Level, number> = { ok: 32, warning: 33, problem: 31, skipped: 2 };

/**
 * A line for each finding; then what to do about those that are not well, in the same order. A terminal
 * may have it as it is: nothing of the findings steers one.
 */
export function findingsText(found: CheckedFinding[], color: boolean): string {
  const findings = found.map((finding) => ({
    ...finding,
    sentence: printable(finding.sentence),
    remedy: finding.remedy && printable(finding.remedy),
  }));
  const mark = (level: Level) =>
    color ? `\u001b[${colors[level]}m${marks[level]}\u001b[0m` : marks[level];
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.map(
    ({ level, check, sentence }) => `${mark(level)} ${check.padEnd(width)}  ${sentence}`,
  );
  const troubles = findings.filter(({ level }) => level === 'warning' || level === 'problem');
  const remedies = troubles.map(
    ({ level, code, sentence, remedy }) =>
      `${mark(level)} ${code}: ${sentence}\n  ${remedy}\n  See docs/doctor/${code}.md.`,
  );
  const verdict = troubles.some(({ level }) => level === 'problem')
    ? []
    : [troubles.length > 0 ? 'It works, and could be better.' : 'All is well.'];
  return [lines.join('\n'), ...remedies, ...verdict].join('\n\n');
}
