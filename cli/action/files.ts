import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import type { Environment } from '../../shared/environment.ts';
import { WherryError } from '../../shared/error.ts';

/**
 * Adds outputs to the file that GITHUB_OUTPUT names, each between delimiters that nobody can know
 * beforehand. Without the variable there is nobody to read them.
 *
 * @throws WherryError ACCESS_DENIED or NO_SPACE when the file cannot be written
 */
export function writeOutputs(values: ReadonlyMap<string, string>, env: Environment): void {
  const blocks = [...values].map(([name, value]) => {
    const end = `end-${randomUUID()}`;
    return `${name}<<${end}\n${value}\n${end}\n`;
  });
  append('GITHUB_OUTPUT', blocks.join(''), env);
}

/**
 * Adds to the page of the run, by the file that GITHUB_STEP_SUMMARY names.
 *
 * @throws WherryError ACCESS_DENIED or NO_SPACE when the file cannot be written
 */
export function writeSummary(markdown: string, env: Environment): void {
  append('GITHUB_STEP_SUMMARY', markdown, env);
}

/** At once, for a runner that cancels a step does not wait for long. */
function append(variable: 'GITHUB_OUTPUT' | 'GITHUB_STEP_SUMMARY', text: string, env: Environment) {
  const path = env[variable];
  if (!path || text === '') return;
  try {
    appendFileSync(path, text);
  } catch (error) {
    const { code } = error as { code?: string };
    const full = code === 'ENOSPC' || code === 'EDQUOT';
    const why = full ? 'the disk is full' : code;
    throw new WherryError(
      full ? 'NO_SPACE' : 'ACCESS_DENIED',
      `Could not write ${variable} (${path}): ${why}.`,
      {
        side: 'local',
        hint: full
          ? 'Free some space on the runner.'
          : "In a container, the job's user has to be root, or able to write what the runner mounts.",
        cause: error,
      },
    );
  }
}
