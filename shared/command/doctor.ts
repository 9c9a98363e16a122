import { parseLocation } from '../bucket/open.ts';
import type { DoctorRequest } from '../doctor/doctor.ts';
import { findingsText } from './findings-text.ts';
import { bucketSettings, engineOf, storeUrl } from './open.ts';
import type { CommandContext, OptionValues, Outcome } from './spec.ts';

/** What the two programs' doctors differ in. */
export type DoctorDifference = Pick<DoctorRequest, 'purpose' | 'image' | 'host' | 'more'>;

/** `doctor`, of both programs. */
export async function runDoctor(
  difference: DoctorDifference,
  options: OptionValues,
  context: CommandContext,
): Promise<Outcome> {
  const { program, env, stdout, report, signal } = context;
  const url = storeUrl(options);
  const location = parseLocation(url);
  const { doctor, exitCodeOfFindings } = await import('../doctor/doctor.ts');
  const settings = bucketSettings(options, context);
  const openEngine = () => engineOf(context);
  const request = { ...difference, program, location, settings, openEngine };
  const findings = await doctor(request, { report, signal });
  const problems = findings.filter(({ level }) => level === 'problem');
  const color = stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  return {
    json: { program, store: url, well: problems.length === 0, findings },
    text: findingsText(findings, color),
    verbatim: true,
    quiet: problems.map(({ code }) => code).join('\n'),
    exitCode: exitCodeOfFindings(findings),
  };
}
