import type { Option } from '../../shared/command/spec.ts';
import { watchOptions } from '../../shared/command/watch-options.ts';
import { agentVersionOption } from '../boot/options.ts';

/** What `wherry template` prints, and the options that are for each alone. */
export const templateKinds = {
  store: {
    summary: 'the bucket of a store, and policies for CI, instances and administrators',
    options: [
      {
        name: 'versioning',
        description:
          'keep what is overwritten or deleted, for 30 days unless NoncurrentDays is given',
      },
    ],
  },
  'ci-role': {
    summary: 'a role that pushes, for the workflows of one repository on GitHub',
    options: [
      {
        name: 'repository',
        value: 'OWNER/NAME',
        description:
          'the repository on GitHub; OWNER@ID/NAME@ID for what has these identifiers alone',
      },
      { name: 'branch', value: 'NAME', description: 'the branch whose workflows have the role' },
      { name: 'environment', value: 'NAME', description: 'or the environment' },
    ],
  },
  'private-service': {
    summary: 'a service on instances that only API Gateway reaches, and the network around it',
    options: [
      { name: 'image', value: 'NAME:TAG', description: 'the tag to follow' },
      {
        name: 'port',
        value: 'PORT',
        description: 'where the service listens in its container',
        default: '8080',
      },
      {
        name: 'health-path',
        value: 'PATH',
        description: 'what it answers with 2xx when it is well',
        default: '/health',
      },
      {
        name: 'instance-type',
        value: 'TYPE',
        description: "the instances' type, whose processor the agent and the image are for",
        default: 't4g.small',
      },
      agentVersionOption,
      ...watchOptions,
    ],
  },
  policy: {
    summary: 'the policies as JSON, for other tools than CloudFormation',
    options: [
      {
        name: 'for',
        value: 'WHOM',
        description: 'the one policy to print, in place of all by their names',
        choices: ['ci', 'instance', 'administrator', 'bucket', 'endpoint'],
      },
      {
        name: 'administrator',
        value: 'ARN',
        description: 'who may overwrite, in the policy of the bucket; may be repeated',
        repeats: true,
      },
      {
        name: 'instance-role',
        value: 'ARN',
        description: 'a role that has to come through a VPC endpoint; may be repeated',
        repeats: true,
      },
      {
        name: 'vpc-endpoint',
        value: 'ID',
        description: 'the endpoint that it has to come through; may be repeated',
        repeats: true,
      },
    ],
  },
} satisfies Record<string, { summary: string; options: Option[] }>;

export type TemplateName = keyof typeof templateKinds;
