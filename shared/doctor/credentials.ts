import type { Environment } from '../environment.ts';
import { messageOf } from '../error.ts';
import type { Check } from './check.ts';
import { type Finding, ok, problem } from './finding.ts';
import { noRole, roleOf } from './role.ts';
import type { S3Setting } from './setting.ts';

/** Whether there are credentials, and where they come from. */
export function credentialsCheck({ probe, settings, program }: S3Setting): Check {
  return {
    name: 'credentials',
    needs: [],
    limit: 12_000,
    async run() {
      const { env } = settings;
      try {
        const { accessKeyId, origins } = await probe.credentials();
        const origin = originOf(origins, env) ?? (await roleOf(env));
        return [ok(`There are credentials, ${accessKeyId}, from ${origin}.`)];
      } catch (error) {
        const source = configuredSource(env);
        return [source ? unusable(source, error) : await noRole(program, env, error)];
      }
    },
  };
}

/** What the SDK says of an origin (its features of the user agent), in words; it has none for IMDS. */
function originOf(origins: string[], env: Environment): string | undefined {
  // That of a provider of our own, around the chain.
  const origin = origins.find((each) => each !== 'CREDENTIALS_CODE');
  if (origin === undefined) return undefined;
  if (origin === 'CREDENTIALS_ENV_VARS') return 'the environment (AWS_ACCESS_KEY_ID)';
  if (origin === 'CREDENTIALS_HTTP') return "the container's credentials endpoint";
  if (/WEB_ID/.test(origin)) return `a web identity token, for ${env.AWS_ROLE_ARN ?? 'a role'}`;
  const profile = `the profile ${env.AWS_PROFILE ?? 'default'}`;
  if (/PROFILE|PROCESS|SSO|LOGIN|FILE/.test(origin)) return profile;
  return `the chain of the SDK (${origin})`;
}

interface Source {
  what: string;
  remedy: string;
}

/** What the environment says that credentials are to come from, other than the instance. */
function configuredSource(env: Environment): Source | undefined {
  const {
    AWS_ACCESS_KEY_ID: key,
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_PROFILE: profile,
    AWS_WEB_IDENTITY_TOKEN_FILE: token,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: full,
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: relative,
  } = env;
  if (key || secret) {
    const remedy = `Set ${key ? 'AWS_SECRET_ACCESS_KEY' : 'AWS_ACCESS_KEY_ID'} too.`;
    return { what: 'The environment, which has half a key,', remedy };
  }
  if (profile) {
    const remedy = `See what "aws configure list --profile ${profile}" says, or unset AWS_PROFILE; sign in again where it is one of SSO.`;
    return { what: `The profile ${profile}`, remedy };
  }
  if (token) {
    const remedy =
      'Check the file, AWS_ROLE_ARN and the trust policy of the role. The token is exchanged at STS, ' +
      'which a gateway endpoint does not lead to.';
    return { what: `The web identity token ${token}`, remedy };
  }
  const endpoint = full ?? relative;
  return endpoint
    ? { what: `The container's endpoint ${endpoint}`, remedy: 'Check the role of the task or pod.' }
    : undefined;
}

function unusable({ what, remedy }: Source, error: unknown): Finding {
  const sentence = `${what} gives no credentials: ${messageOf(error).replace(/\.$/, '')}.`;
  return problem('CREDENTIALS_UNUSABLE', sentence, remedy);
}
