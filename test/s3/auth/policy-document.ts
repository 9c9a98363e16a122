/** A policy in the language of IAM; the evaluator checks what is in it. */
export interface PolicyDocument {
  Version: string;
  Statement: readonly unknown[];
}

/** The owner of all buckets. */
export const ACCOUNT = '111122223333';

/** A policy of one statement. */
export function statement(
  effect: 'Allow' | 'Deny',
  actions: readonly string[],
  resources: readonly string[] = ['*'],
): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: effect, Action: actions, Resource: resources }],
  };
}
