import { cp, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { runScript } from '../support/script.ts';

interface Job {
  extends?: string;
  variables?: Record<string, string>;
  id_tokens?: Record<string, { aud: string }>;
  before_script?: string[];
  script?: string[];
  artifacts?: { paths: string[] };
}

export interface GitLabRunner {
  /** The variables of the project, and where the engine is. */
  env: Record<string, string>;
  /** What is checked out for each job. */
  project: string;
  /** A folder for builds. */
  folder: string;
}

/**
 * Runs jobs of a `.gitlab-ci.yml` one after the other, each in a folder of its own with the artifacts
 * of those before. The images that it names are not used: this machine has what they have.
 */
export async function runPipeline(
  text: string,
  names: string[],
  sha: string,
  { env, project, folder }: GitLabRunner,
): Promise<void> {
  const jobs: Record<string, Job> = parse(text);
  const artifacts: string[] = [];
  for (const name of names) {
    const own = jobs[name];
    if (!own?.script) throw new Error(`There is no job ${name}.`);
    const job: Job = { ...(own.extends ? jobs[own.extends] : {}), ...own };
    const builds = await mkdtemp(join(folder, 'builds-'));
    const cwd = join(builds, 'project');
    await cp(project, cwd, { recursive: true });
    for (const path of artifacts) await cp(path, join(cwd, path.slice(path.lastIndexOf('/'))));
    const predefined: Record<string, string> = {
      GITLAB_CI: 'true',
      GITLAB_USER_LOGIN: 'alice',
      CI_BUILDS_DIR: builds,
      CI_COMMIT_SHA: sha,
      CI_COMMIT_BRANCH: 'main',
      CI_COMMIT_TITLE: 'Say "hello" to $everyone',
      CI_JOB_URL: 'https://gitlab.example.com/team/api/-/jobs/1',
    };
    const tokens = Object.keys(job.id_tokens ?? {}).map((token) => [token, 'a.signed.token']);
    const variables = Object.entries(job.variables ?? {}).map(([key, value]) => [
      key,
      value.replace(/\$(\w+)/g, (_, variable: string) => predefined[variable] ?? ''),
    ]);
    const script = [...(job.before_script ?? []), ...own.script].join('\n');
    await runScript(script, {
      env: { ...env, ...predefined, ...Object.fromEntries([...tokens, ...variables]) },
      cwd,
    });
    artifacts.push(...(job.artifacts?.paths ?? []).map((path) => join(cwd, path)));
  }
}
