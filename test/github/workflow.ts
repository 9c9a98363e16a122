import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

export interface WorkflowStep {
  id?: string;
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}

export interface WorkflowJob {
  'runs-on': string;
  needs?: string;
  environment?: string;
  strategy?: { matrix: Record<string, string[]> };
  env?: Record<string, string>;
  outputs?: Record<string, string>;
  steps: WorkflowStep[];
}

export interface Workflow {
  on: { workflow_dispatch?: { inputs: Record<string, unknown> }; push?: unknown };
  env?: Record<string, string>;
  jobs: Record<string, WorkflowJob>;
}

/** What the tests run of a workflow; an example with anything else would not be tried whole. */
const known = {
  workflow: ['name', 'on', 'permissions', 'concurrency', 'env', 'jobs'],
  job: ['runs-on', 'needs', 'environment', 'strategy', 'env', 'outputs', 'steps'],
  step: ['id', 'uses', 'run', 'with', 'env'],
};

/** @throws Error when it has a key that the tests do not know */
export async function readWorkflow(path: string): Promise<Workflow> {
  const workflow: Workflow = parse(await readFile(path, 'utf8'));
  check(workflow, known.workflow);
  for (const job of Object.values(workflow.jobs)) {
    check(job, known.job);
    for (const step of job.steps) check(step, known.step);
  }
  return workflow;
}

function check(node: object, keys: string[]): void {
  const strange = Object.keys(node).filter((key) => !keys.includes(key));
  if (strange.length > 0) throw new Error(`The tests do not run ${strange.join(', ')}.`);
}

/** Once for each value of the matrix, in order; once where there is none. */
export function runsOf({ strategy }: WorkflowJob): Record<string, string>[] {
  const dimensions = Object.entries(strategy?.matrix ?? {});
  return dimensions.reduce<Record<string, string>[]>(
    (runs, [name, values]) =>
      runs.flatMap((run) => values.map((value) => ({ ...run, [name]: value }))),
    [{}],
  );
}
