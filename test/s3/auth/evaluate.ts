import type { RequestDenial } from '@cloud-copilot/iam-simulate';
import { conditionKeys } from './condition-keys.ts';
import type { AuthorizationRequest } from './permissions.ts';
import { ACCOUNT, type PolicyDocument, statement } from './policy-document.ts';
import type { Principal } from './principal.ts';

const EVERYTHING = statement('Allow', ['s3:*']);

/** The kinds of policies, as S3's messages call them. */
const KINDS = {
  identity: { article: 'an', name: 'identity-based policy' },
  resource: { article: 'a', name: 'resource-based policy' },
  vpce: { article: 'a', name: 'VPC endpoint policy' },
};

/**
 * Asks the policies of the principal, the bucket and the VPC endpoint, as IAM does.
 *
 * @returns why it is denied, as S3 words it; undefined when it is allowed
 */
export async function evaluate(
  request: AuthorizationRequest,
  principal: Principal,
  bucketPolicy: PolicyDocument | undefined,
): Promise<string | undefined> {
  const endpoint = request.arrival.vpcEndpoint;
  if (!principal.policies && !bucketPolicy && !endpoint?.policy) return undefined;
  // It is large, and most servers have no policies.
  const { runSimulation, getDenialReasons } = await import('@cloud-copilot/iam-simulate');
  const identity = principal.policies ?? [EVERYTHING];
  const answer = await runSimulation(
    {
      request: {
        principal: principal.arn,
        action: request.action,
        resource: { resource: resourceOf(request), accountId: ACCOUNT },
        contextVariables: conditionKeys(request, principal),
      },
      identityPolicies: identity.map((policy, index) => ({ name: `${index}`, policy })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: bucketPolicy,
      ...(endpoint?.policy && {
        vpcEndpointPolicies: [{ name: endpoint.id, policy: endpoint.policy }],
      }),
    },
    {},
  );
  if (answer.resultType !== 'single') {
    throw new Error(`policies cannot be evaluated: ${JSON.stringify(answer)}`);
  }
  if (answer.overallResult === 'Allowed') return undefined;
  return describe(request, principal, getDenialReasons(answer.result.analysis));
}

function resourceOf({ bucket, key }: AuthorizationRequest): string {
  if (bucket === '') return '*';
  return `arn:aws:s3:::${bucket}${key === '' ? '' : `/${key}`}`;
}

/**
 * One reason, though there may be more; none to strangers of other accounts.
 *
 * Source: "Troubleshoot access denied (403 Forbidden) errors in Amazon S3", Amazon S3 User Guide.
 */
function describe(
  request: AuthorizationRequest,
  principal: Principal,
  denials: readonly RequestDenial[],
): string {
  if (principal.account !== ACCOUNT) return 'Access Denied';
  const explicit = denials.find(({ denialType }) => denialType === 'Explicit');
  // That a bucket's policy does not allow it denies nothing, where the principal's own does.
  const implicit = denials.find(({ policyType }) => policyType !== 'resource');
  const kind = KINDS[(explicit ?? implicit)?.policyType as keyof typeof KINDS];
  const why = explicit
    ? `with an explicit deny in ${kind.article} ${kind.name}`
    : `because no ${kind.name} allows the ${request.action} action`;
  return (
    `User: ${principal.arn} is not authorized to perform: ${request.action} ` +
    `on resource: "${resourceOf(request)}" ${why}`
  );
}
