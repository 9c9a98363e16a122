import { hostname, userInfo } from 'node:os';
import type { Environment } from '../environment.ts';
import type { Author } from '../store/origin.ts';
import type { Option } from './spec.ts';

export const noteOption: Option = {
  name: 'note',
  value: 'TEXT',
  description: "why, for the tag's history",
};

/**
 * Who runs this: in GitHub Actions and GitLab CI the one who started the run, whose variables both
 * document; elsewhere the user of this machine.
 */
export function authorOf(env: Environment): Author {
  if (env.GITHUB_ACTIONS === 'true') {
    const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id } = env;
    const run = server && repository && id && `${server}/${repository}/actions/runs/${id}`;
    return inRun(env.GITHUB_ACTOR, run, env.GITHUB_SHA);
  }
  if (env.GITLAB_CI) return inRun(env.GITLAB_USER_LOGIN, env.CI_JOB_URL, env.CI_COMMIT_SHA);
  return { user: env.SUDO_USER || userName(env), host: hostname() };
}

function inRun(user: string | undefined, run?: string, commit?: string): Author {
  return { user: user || 'unknown', run: run || undefined, commit: commit || undefined };
}

/** A user of a container need not have a name. */
function userName(env: Environment): string {
  try {
    return userInfo().username;
  } catch {
    return env.USER || 'unknown';
  }
}
