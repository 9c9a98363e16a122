import type { Environment } from '../../shared/environment.ts';

/**
 * Credentials that the AWS SDK and Docker take from the environment. GitHub masks what comes from its
 * own secrets, and aws-actions/configure-aws-credentials what it makes; not what a self-hosted runner has
 * in its environment, what an earlier step wrote to GITHUB_ENV, or a container's token.
 */
const variables = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
];

/** Shorter ones would make a log unreadable, and are none. */
const shortest = 4;

/**
 * What must not show in a log: those, and the passwords in any URL of the environment or the inputs. The
 * runner masks their forms in base64, JSON and URLs by itself (actions/runner, HostContext.cs).
 */
export function secretsIn(env: Environment): string[] {
  const found = variables.map((name) => env[name] ?? '');
  for (const text of Object.values(env)) {
    for (const [, password = ''] of (text ?? '').matchAll(/:\/\/[^\s:/?#]*:([^\s/?#]+)@/g)) {
      found.push(password, decoded(password));
    }
  }
  const lines = found.flatMap((secret) => secret.split(/[\r\n]+/));
  return [...new Set(lines)].filter((secret) => secret.trim().length >= shortest);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
