import { parseLocation } from '../bucket/open.ts';
import type { DoctorRequest } from '../doctor/doctor.ts';
import { printable } from '../report/format.ts';
import { findingsText } from './findings-text.ts';
import { bucketSettings, engineOf, storeUrl } from './open.ts';
import type { CommandContext, OptionValues, Outcome } from './spec.ts';

/** Options of an installed service, taken where none were given. */
export interface ServiceOptions {
  /** The file that has them. */
  unit: string;
  options: OptionValues;
  /** The same as on a command line. */
  words: string[];
}

/** What the two programs' doctors differ in. */
export interface DoctorDifference
  extends Pick<DoctorRequest, 'purpose' | 'image' | 'host' | 'more'> {
  /** Where it is that of a service that is looked at; the options have what it is told. */
  service?: ServiceOptions | undefined;
}

/** `doctor`, of both programs. */
export async function runDoctor(
  { service, ...difference }: DoctorDifference,
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
    json: {
      program,
      store: url,
      ...(service && { service: { unit: service.unit, options: service.words } }),
      well: problems.length === 0,
      findings,
    },
    text: `${service ? serviceText(service) : ''}${findingsText(findings, color)}`,
    verbatim: true,
    quiet: problems.map(({ code }) => code).join('\n'),
    exitCode: exitCodeOfFindings(findings),
  };
}

function serviceText({ unit, words }: ServiceOptions): string {
  return printable(
    `What the service of this machine is told, in ${unit}:\n  ${words.join(' ')}\n\n`,
  );
}
