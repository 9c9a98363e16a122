import type { Parameter } from './template.ts';

/** A policy of this account or of AWS, which another stack may have made. */
export function policyParameter(Description: string): Parameter {
  return {
    Type: 'String',
    Description,
    AllowedPattern: '^arn:aws[a-z-]*:iam::(aws|[0-9]+):policy/.+$',
  };
}
