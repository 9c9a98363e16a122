import { denialOf, type PolicyKind } from '../bucket/denial.ts';
import { isAws, partitionOf } from '../partition.ts';
import { hostOf } from './address.ts';
import type { TroubleCode } from './codes.ts';
import { type Finding, problem } from './finding.ts';
import type { S3Setting } from './setting.ts';

/** What was denied. */
export interface Denied {
  code: TroubleCode;
  /** Of IAM, such as `s3:GetObject`. */
  action: string;
  /** What it is needed for: "to find tags". */
  purpose: string;
  /** The key; undefined for the bucket itself. */
  key: string | undefined;
  error: unknown;
}

/**
 * The finding for a permission that is missing: which, and which policy most likely denied it. S3
 * names the policy to those of its own account; to others it says "Access Denied" and no more.
 */
export function denied(
  { code, action, purpose, key, error }: Denied,
  { location, known, probe }: S3Setting,
): Finding {
  const denial = denialOf(error);
  const told = denial?.policy;
  const stranger = isAws(hostOf(known.address ?? new URL('http://-'))) && known.tags === undefined;
  const policy = told ?? (stranger ? 'bucket' : 'identity');
  const store = probe.bucket.url.slice('s3://'.length);
  const objects = key && `${store}/${key.replace(/[^/]*$/, '*')}`;
  const resource = `arn:${partitionOf(known.region)}:s3:::${objects ?? location.bucket}`;
  const who = denial?.user ?? 'these credentials';
  const why = told
    ? denial?.explicit
      ? `a statement of ${names[policy]} denies it`
      : `${names[policy]} does not allow it`
    : `most likely ${names[policy]} does not allow it; S3 does not say`;
  const sentence = `${who} may not ${action}, which is needed ${purpose}: ${why}.`;
  const explicit = denial?.explicit ?? false;
  return { ...problem(code, sentence, remedyOf(policy, explicit, action, resource)), policy };
}

const names: Record<PolicyKind, string> = {
  identity: 'the policy of the role or user',
  bucket: "the bucket's policy",
  endpoint: 'the policy of the VPC endpoint',
  boundary: 'the permissions boundary of the role or user',
  session: 'the policy of the session',
  'service-control': 'a service control policy of the organization',
  'resource-control': 'a resource control policy of the organization',
};

/** Those of `wherry template policy`. */
const printed = new Set<PolicyKind>(['identity', 'bucket', 'endpoint']);

function remedyOf(policy: PolicyKind, explicit: boolean, action: string, resource: string): string {
  const name = names[policy];
  if (!explicit) {
    const more =
      policy === 'bucket'
        ? "; for a bucket in another account, both its policy and the role's must allow it"
        : '';
    const whole = printed.has(policy) ? ' wherry template policy prints all that is needed.' : '';
    return `Allow ${action} on ${resource} in ${name}${more}.${whole}`;
  }
  const condition =
    policy === 'bucket'
      ? ' Where its condition is aws:SourceVpce, S3 must be asked through that VPC endpoint.'
      : '';
  return `Find the statement with Deny in ${name}, and let it spare ${action} on ${resource}.${condition}`;
}
