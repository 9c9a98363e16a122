import type { Command, Outcome } from '../../shared/command/spec.ts';
import type { Environment } from '../../shared/environment.ts';
import { exitCodeOf, isWherryError, messageOf } from '../../shared/error.ts';
import { describeError, renderError } from '../../shared/report/error.ts';
import { writeOutputs, writeSummary } from './files.ts';
import { documentOutput, outputsOf } from './outputs.ts';
import { failureSummary, summaryOf } from './summary.ts';
import type { WorkflowLog } from './workflow-log.ts';

/** A step of a workflow, as far as its results need it. */
export interface Step {
  log: WorkflowLog;
  env: Environment;
  /** Such as `wherry push`. */
  title: string;
  level: 'error' | 'info' | 'debug';
}

/**
 * Hands over what a command has come to.
 *
 * @returns the exit code
 * @throws WherryError ACCESS_DENIED or NO_SPACE when the outputs cannot be written, on which later steps rely
 */
export function finished(command: Command, outcome: Outcome, { log, env, title }: Step): number {
  log.endGroup();
  log.text(outcome.text);
  writeOutputs(outputsOf(outcome.json), env);
  attempt(() => writeSummary(summaryOf(command, outcome), env), log);
  const { exitCode = 0 } = outcome;
  if (exitCode !== 0) log.annotate('error', title, outcome.quiet || outcome.text);
  return exitCode;
}

/**
 * Tells what went wrong, in the log, in an annotation and on the page of the run.
 *
 * @param left what is done, and what is not
 * @returns the exit code
 */
export function failed(error: unknown, left: string | undefined, step: Step): number {
  const { log, env, title, level } = step;
  const told = renderError(error, { debug: false, color: false });
  const advice = isWherryError(error, 'NO_CREDENTIALS') ? credentialsAdvice : '';
  const text = [told, advice, left].filter(Boolean).join('\n');
  log.endGroup();
  log.annotate('error', `${title} failed`, text);
  if (level === 'debug') log.text(renderError(error, { debug: true, color: false }));
  const document = JSON.stringify(describeError(error));
  attempt(() => writeOutputs(new Map([[documentOutput.name, document]]), env), log, text);
  attempt(() => writeSummary(failureSummary(`${title} failed`, text), env), log);
  return exitCodeOf(error);
}

/** The hint of the error itself is for every machine; this is where a workflow has them from. */
const credentialsAdvice =
  '  In a workflow, aws-actions/configure-aws-credentials has to be a step before this one, and with ' +
  'role-to-assume the job needs "permissions: id-token: write", which a pull request of a fork never has.';

/**
 * What does not decide whether the step has failed.
 *
 * @param told what the step has failed for already
 */
function attempt(work: () => void, log: WorkflowLog, told = ''): void {
  try {
    work();
  } catch (error) {
    const message = messageOf(error);
    if (!told.includes(message)) log.annotate('warning', 'wherry', message);
  }
}
