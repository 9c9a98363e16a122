import { cp, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { runScript } from '../support/script.ts';
import type { Action, StepResult } from './action.ts';
import { type Contexts, evaluate } from './expressions.ts';
import { runsOf, type Workflow, type WorkflowJob, type WorkflowStep } from './workflow.ts';

export interface Runner {
  action: Action;
  /** Of every step: where the engine is, and S3. */
  env: Record<string, string>;
  /** What differs on a runner of arm64, for which this machine stands as well. */
  envOfArm: Record<string, string>;
  /** What aws-actions/configure-aws-credentials leaves in the environment. */
  credentials: Record<string, string>;
  /** What actions/checkout fetches. */
  project: string;
  /** A folder for workspaces. */
  folder: string;
  /** Of the repository and its environments. */
  vars: Record<string, string>;
}

export interface Event {
  sha: string;
  inputs?: Record<string, string> | undefined;
  /** Called before a job that has an environment: its reviewers look at the run then. */
  approve?: (() => Promise<void>) | undefined;
}

type Environment = Record<string, string>;

/** Runs the jobs of a workflow one after the other; returns what each use of the Action came to. */
export async function runWorkflow(
  workflow: Workflow,
  event: Event,
  runner: Runner,
): Promise<StepResult[]> {
  const { inputs = {} } = event;
  const undeclared = Object.keys(inputs).filter(
    (name) => !(name in (workflow.on.workflow_dispatch?.inputs ?? {})),
  );
  if (undeclared.length > 0) throw new Error(`The workflow has no input ${undeclared}.`);
  const results: StepResult[] = [];
  const needs: Record<string, { outputs: Environment }> = {};
  for (const [name, job] of Object.entries(workflow.jobs)) {
    if (job.needs && !needs[job.needs]) throw new Error(`${name} needs a job that comes later.`);
    if (job.environment) await event.approve?.();
    for (const matrix of runsOf(job)) {
      const contexts: Contexts = {
        github: { sha: event.sha },
        vars: runner.vars,
        inputs,
        matrix,
        needs: job.needs ? { [job.needs]: needs[job.needs] } : {},
      };
      const env = evaluateAll({ ...workflow.env, ...job.env }, contexts);
      const outputs = await runJob(job, { contexts, env, event, runner, results });
      needs[name] = { outputs };
    }
  }
  return results;
}

interface JobRun {
  contexts: Contexts;
  env: Environment;
  event: Event;
  runner: Runner;
  results: StepResult[];
}

async function runJob(job: WorkflowJob, run: JobRun): Promise<Environment> {
  const cwd = await mkdtemp(join(run.runner.folder, 'job-'));
  const steps: Record<string, { outputs: Environment }> = {};
  const contexts = { ...run.contexts, steps };
  const label = evaluate(job['runs-on'], contexts);
  const env = {
    ...run.runner.env,
    GITHUB_SHA: run.event.sha,
    ...(label.endsWith('-arm') ? run.runner.envOfArm : {}),
    ...run.env,
  };
  for (const step of job.steps) {
    const outputs = await runStep(step, { ...run, contexts, env }, cwd);
    if (step.id) steps[step.id] = { outputs };
  }
  return evaluateAll(job.outputs ?? {}, contexts);
}

/** Changes the environment of the job where the step would. */
async function runStep(step: WorkflowStep, job: JobRun, cwd: string): Promise<Environment> {
  const { contexts, runner } = job;
  const env = { ...job.env, ...evaluateAll(step.env ?? {}, contexts) };
  if (step.run !== undefined) {
    await runScript(evaluate(step.run, contexts), { env, cwd });
    return {};
  }
  switch (step.uses?.replace(/@v\d+$/, '')) {
    case 'actions/checkout':
      await cp(runner.project, cwd, { recursive: true });
      return {};
    case 'aws-actions/configure-aws-credentials':
      Object.assign(job.env, runner.credentials);
      return {};
    case 'wherry/wherry': {
      const inputs = evaluateAll(step.with ?? {}, contexts);
      const result = await runner.action.run(inputs, { env, cwd });
      job.results.push(result);
      if (result.code !== 0) throw new Error(`It ended with ${result.code}:\n${result.stdout}`);
      return result.outputs;
    }
    default:
      throw new Error(`The tests do not run ${step.uses}.`);
  }
}

function evaluateAll(values: Record<string, unknown>, contexts: Contexts): Environment {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, evaluate(String(value), contexts)]),
  );
}
