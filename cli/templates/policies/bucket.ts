import { keyPatterns } from '../../../shared/store/keys.ts';
import {
  type Conditions,
  extendText,
  type PolicyDocument,
  policyDocument,
  type Statement,
  type Text,
} from './document.ts';
import type { StorePlace } from './place.ts';

/** ARNs of roles and users here may have `*` and `?` in them. They need not exist yet. */
export interface BucketGuards {
  /** Those who may overwrite what never changes otherwise, and change the store's settings; or nobody. */
  administrators: Text[];
  /** Roles whose credentials are worth something only through these VPC endpoints. */
  instances?: { roles: Text[]; endpoints: Text[] } | undefined;
}

/**
 * What nobody may do with the store's bucket, whatever else allows it. It grants nothing: that is what
 * the policies of roles do.
 */
export function bucketPolicy(place: StorePlace, guards: BucketGuards): PolicyDocument {
  const { administrators, instances } = guards;
  const everything = [place.bucketArn, extendText(place.bucketArn, '/*')];
  const others: Conditions =
    administrators.length > 0 ? { ArnNotLike: { 'aws:PrincipalArn': administrators } } : {};
  return policyDocument(
    deny('DenyPlainHttp', ['s3:*'], everything, { Bool: { 'aws:SecureTransport': 'false' } }),
    deny(
      'DenyOverwriting',
      ['s3:PutObject'],
      keyPatterns.immutable.map((key) => place.objectArn(key)),
      { ...unconditional('s3:if-none-match'), ...others },
    ),
    deny(
      'DenyMovingTagsBlindly',
      ['s3:PutObject'],
      [place.objectArn(keyPatterns.tags)],
      unconditional('s3:if-none-match', 's3:if-match'),
    ),
    deny('DenyChangingSettings', ['s3:PutObject'], [place.objectArn(keyPatterns.settings)], others),
    ...(instances
      ? [
          deny('DenyInstancesElsewhere', ['s3:*'], everything, {
            ArnLike: { 'aws:PrincipalArn': instances.roles },
            StringNotEquals: { 'aws:SourceVpce': instances.endpoints },
          }),
        ]
      : []),
  );
}

/**
 * Of a put that has none of these headers. Parts of a multipart upload cannot have them; what completes
 * it can (Amazon S3 User Guide, "Enforce conditional writes on Amazon S3 buckets").
 */
function unconditional(...keys: string[]): Conditions {
  return {
    Null: Object.fromEntries(keys.map((key) => [key, 'true'])),
    Bool: { 's3:ObjectCreationOperation': 'true' },
  };
}

function deny(Sid: string, Action: string[], Resource: Text[], Condition: Conditions): Statement {
  const condition = Object.keys(Condition).length > 0 ? { Condition } : {};
  return { Sid, Effect: 'Deny', Principal: '*', Action, Resource, ...condition };
}
