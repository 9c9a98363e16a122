import assert from 'node:assert/strict';
import type { Template } from '../../../cli/templates/cloudformation/template.ts';
import { version } from '../../../shared/version.ts';
import { agentFolder } from '../agent-folder.ts';
import { type RunResult, run } from '../program.ts';
import { startTestS3 } from '../s3.ts';
import type { Cleanup } from '../temp.ts';

export interface Printer {
  /** The environment of a program that finds the store, with the agent published. */
  env: Record<string, string>;
  attempt(args: string[], more?: Record<string, string | undefined>): Promise<RunResult>;
  /** What `wherry template` prints. */
  yaml(args: string[]): Promise<string>;
  /** The same as it is with `--json`. */
  json(args: string[]): Promise<Template>;
}

/** Prints templates by the real program, for the store `s3://images/team`. */
export async function startPrinter(t: Cleanup): Promise<Printer> {
  const s3 = await startTestS3(t);
  const env = { ...s3.env, WHERRY_STORE: 's3://images/team' };
  const { folder } = await agentFolder(t, version);
  const published = await run('wherry', ['publish-agent', '--from', folder], { env });
  assert.equal(published.code, 0, published.stderr);
  const attempt: Printer['attempt'] = (args, more) =>
    run('wherry', ['template', ...args], { env: { ...env, ...more } });
  const print = async (args: string[]) => {
    const ended = await attempt(args);
    assert.equal(ended.code, 0, `${args.join(' ')}: ${ended.stderr}`);
    return ended;
  };
  return {
    env,
    attempt,
    yaml: async (args) => (await print(args)).stdout,
    json: async (args) => (await print([...args, '--json'])).json(),
  };
}

/** What the shell, YAML and CloudFormation would each read as something of theirs. */
const hook = `echo "it's \${HOME}" $(id)\n- !Ref x: & yes`;

/** Command lines of every template, which together have every option that changes what is printed. */
export const variations: string[][] = [
  ['store'],
  ['store', '--versioning'],
  ['store', '--store', 's3://images'],
  ['ci-role', '--repository', 'me/api', '--branch', 'release/1.x'],
  ['ci-role', '--repository', 'me/api', '--environment', 'production'],
  ['private-service', '--image', 'api:production'],
  ['private-service', '--image', 'api', '--port', '80', '--health-path', '/up?full=1'],
  ['private-service', '--image', 'api', '--instance-type', 'm7i.large', '--agent-version', version],
  [
    ...['private-service', '--image', 'team/api', '--on-change', hook, '--health', 'container:api'],
    ...['--keep', '1', '--wave', '50%:5m', '--log-format', 'json'],
  ],
];
