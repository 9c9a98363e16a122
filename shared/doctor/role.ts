import { access } from 'node:fs/promises';
import {
  askInstance,
  metadataServices,
  openMetadata,
  type ReadMetadata,
} from '../bucket/s3/metadata-service.ts';
import type { Environment } from '../environment.ts';
import { messageOf } from '../error.ts';
import { hostOf, portOf } from './address.ts';
import { tryConnect } from './connect.ts';
import { type Finding, problem } from './finding.ts';

/** Milliseconds; the service is one hop away, or there is none. */
const patience = 1_500;

/** Milliseconds for an answer of one that is there, for this machine may be busy. */
const answerPatience = 3_000;

const rolesPath = 'iam/security-credentials/';

/** The role that the instance gives, for a sentence. */
export async function roleOf(env: Environment): Promise<string> {
  const role = await askInstance(env, (read) => read(rolesPath), answerPatience);
  return role ? `the role ${role} of this instance` : 'the instance metadata service';
}

/** Why an instance, which is all that is left to ask, gives no credentials. */
export async function noRole(program: string, env: Environment, error: unknown): Promise<Finding> {
  const services = await Promise.all(
    metadataServices(env).map(async (url) => {
      const service = new URL(url);
      return { service, how: await tryConnect(hostOf(service), portOf(service), patience) };
    }),
  );
  const open = services.find(({ how }) => how === 'open');
  const [first] = services;
  // Elsewhere than on an instance nothing is to be expected there.
  if (!first || (!open && program === 'wherry')) return none;
  if (!open && first.how === 'silent' && (await inContainer())) return silent(true);
  if (!open) return unreachable(first.service, first.how);
  let read: ReadMetadata;
  try {
    read = await openMetadata(open.service.href, answerPatience);
  } catch (refusal) {
    const late = (refusal as Error).name === 'TimeoutError';
    return late ? silent(await inContainer()) : unreachable(open.service, messageOf(refusal));
  }
  const role = await read(rolesPath).catch(() => undefined);
  if (role === undefined) return withoutRole;
  const code = codeOf(await read(rolesPath + role).catch(() => ''));
  if (code !== 'Success') return unusableRole(role, code);
  return problem(
    'CREDENTIALS_UNUSABLE',
    `The role ${role} of this instance gives no credentials that can be used: ${messageOf(error)}.`,
    'Run doctor again; where it stays so, replace the instance profile.',
  );
}

function codeOf(document: string): string {
  try {
    return String(JSON.parse(document).Code);
  } catch {
    return 'no document';
  }
}

/** Docker and Podman leave these files in theirs. */
async function inContainer(): Promise<boolean> {
  const files = ['/.dockerenv', '/run/.containerenv'].map((path) => access(path));
  return Promise.any(files).then(
    () => true,
    () => false,
  );
}

const none = problem(
  'CREDENTIALS_NONE',
  'There are no AWS credentials: none in the environment, no profile, no web identity, no instance with a role.',
  'Set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; in GitHub Actions, use ' +
    'aws-actions/configure-aws-credentials with "id-token: write".',
);

function unreachable({ host }: URL, why: string): Finding {
  return problem(
    'IMDS_UNREACHABLE',
    `The instance metadata service, ${host}, cannot be asked for credentials (${why}).`,
    'Turn the service on (aws ec2 modify-instance-metadata-options --http-endpoint enabled), and let no ' +
      'firewall of the machine block 169.254.169.254. On a machine that is no instance, set credentials.',
  );
}

function silent(container: boolean): Finding {
  const here = container ? 'This is a container. ' : '';
  return problem(
    'IMDS_SILENT',
    `The instance metadata service gives no token: its answer does not reach this far. ${here}The hop ` +
      'limit is most likely 1.',
    'Run the agent on the host and not in a container; or set the hop limit to 2 (aws ec2 ' +
      'modify-instance-metadata-options --http-put-response-hop-limit 2).',
  );
}

const roleRemedy =
  'Give the instance a profile with a role that may read the store (aws ec2 ' +
  'associate-iam-instance-profile).';

const withoutRole = problem(
  'IMDS_NO_ROLE',
  'This instance has no role: its metadata service has no credentials.',
  roleRemedy,
);

function unusableRole(role: string, code: string): Finding {
  const sentence = `The role ${role} of this instance gives no credentials (${code}).`;
  return problem(
    'IMDS_NO_ROLE',
    sentence,
    `Let EC2 assume the role (its trust policy). ${roleRemedy}`,
  );
}
