import type { AuthorizationRequest } from './permissions.ts';
import type { Principal } from './principal.ts';

/**
 * What the conditions of policies can ask about a request.
 *
 * Source: "Actions, resources, and condition keys for Amazon S3", Service Authorization Reference;
 * "AWS global condition context keys", IAM User Guide.
 */
export function conditionKeys(
  request: AuthorizationRequest,
  principal: Principal,
): Record<string, string> {
  const { arrival, headers, query, createsObject } = request;
  return defined({
    'aws:SecureTransport': `${arrival.secure}`,
    'aws:SourceVpce': arrival.vpcEndpoint?.id,
    'aws:PrincipalArn': principal.identity,
    'aws:PrincipalAccount': principal.account,
    's3:prefix': request.prefix ?? query.get('prefix') ?? undefined,
    's3:delimiter': query.get('delimiter') ?? undefined,
    's3:max-keys': query.get('max-keys') ?? undefined,
    's3:if-match': headers.get('if-match'),
    's3:if-none-match': headers.get('if-none-match'),
    's3:ObjectCreationOperation': `${createsObject}`,
    's3:x-amz-copy-source': headers.get('x-amz-copy-source'),
    's3:x-amz-content-sha256': headers.get('x-amz-content-sha256'),
  });
}

function defined(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
