import type { Check } from './check.ts';
import { ok, problem, skipped, warning } from './finding.ts';
import { found, type S3Setting } from './setting.ts';
import { formatSpan } from './span.ts';

/** Milliseconds from which S3 refuses what is signed (RequestTimeTooSkewed), and which is worth a word. */
const refusedFrom = 15 * 60_000;
const toldFrom = 60_000;

/** This machine's clock against the date in S3's answer. */
export function clockCheck({ known }: S3Setting): Check {
  return {
    name: 'clock',
    needs: ['answer'],
    limit: 1_000,
    async run() {
      const { headers, at, took } = found(known.answer);
      const theirs = Date.parse(String(headers.date));
      if (Number.isNaN(theirs)) return [skipped('The server does not tell the time.')];
      // The date is in whole seconds, and was right at some time between question and answer.
      const ahead = at - took / 2 - (theirs + 500);
      const size = Math.abs(ahead);
      if (size < toldFrom) return [ok('The clock is right, to a minute.')];
      const sentence =
        `This machine's clock is ${formatSpan(size)} ${ahead > 0 ? 'ahead' : 'behind'}` +
        (size < refusedFrom ? '.' : ': S3 refuses what is signed by it.');
      const remedy =
        'Set it and keep it set: chronyd with the time service of EC2, 169.254.169.123, needs no way out.';
      return [(size < refusedFrom ? warning : problem)('CLOCK_WRONG', sentence, remedy)];
    },
  };
}
