import { ref, sub, variable, when } from '../cloudformation/intrinsics.ts';
import type { Piece } from '../cloudformation/template.ts';
import { bucketPolicy } from '../policies/bucket.ts';
import type { PolicyDocument } from '../policies/document.ts';
import type { StorePlace } from '../policies/place.ts';

/** Days after which S3 drops the parts of an upload that nobody completes or aborts. */
const abandoned = 2;

/** @param versioned whether what is overwritten or deleted stays for a while */
export function storeBucket(place: StorePlace, versioned: boolean): Piece {
  return {
    Parameters: versioned ? noncurrentDays : {},
    Resources: {
      Bucket: {
        Type: 'AWS::S3::Bucket',
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          BucketName: ref('BucketName'),
          BucketEncryption: {
            ServerSideEncryptionConfiguration: [
              { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
            ],
          },
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            BlockPublicPolicy: true,
            IgnorePublicAcls: true,
            RestrictPublicBuckets: true,
          },
          OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
          ...(versioned ? { VersioningConfiguration: { Status: 'Enabled' } } : {}),
          LifecycleConfiguration: { Rules: lifecycleRules(versioned) },
        },
      },
      BucketPolicy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: { Bucket: ref('Bucket'), PolicyDocument: guardedPolicy(place) },
      },
    },
  };
}

const noncurrentDays = {
  NoncurrentDays: {
    Type: 'Number',
    Description: 'Days for which versions stay that are overwritten or deleted.',
    Default: 30,
    MinValue: 1,
  },
};

function lifecycleRules(versioned: boolean): object[] {
  const uploads = {
    Id: 'EndAbandonedUploads',
    Status: 'Enabled',
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: abandoned },
  };
  const versions = {
    Id: 'ExpireOldVersions',
    Status: 'Enabled',
    NoncurrentVersionExpiration: { NoncurrentDays: ref('NoncurrentDays') },
    ExpiredObjectDeleteMarker: true,
  };
  return versioned ? [uploads, versions] : [uploads];
}

/** The bucket's policy, of which one statement depends on whether its parameters are given. */
function guardedPolicy(place: StorePlace) {
  const administrators = [ref('AdministratorArns')];
  const unguarded = bucketPolicy(place, { administrators }).Statement.map(({ Sid }) => Sid);
  const { Version, Statement } = withLists(
    bucketPolicy(place, {
      administrators,
      instances: { roles: [ref('InstanceRoleArns')], endpoints: [ref('VpcEndpointIds')] },
    }),
  );
  return {
    Version,
    Statement: Statement.map((statement) =>
      unguarded.includes(statement.Sid) ? statement : when('HasEndpoints', statement),
    ),
  };
}

/** A parameter that is a list stands for a whole list, not for one of its items. */
function withLists(document: PolicyDocument): PolicyDocument {
  return JSON.parse(JSON.stringify(document), (_key, value) =>
    Array.isArray(value) && value.length === 1 ? (listOf[value[0].Ref] ?? value) : value,
  );
}

const root = sub(`arn:${variable('AWS::Partition')}:iam::${variable('AWS::AccountId')}:root`);

/** What stands in a policy for each. Where no administrators are given, the owner of the account is one. */
const listOf: Record<string, unknown> = {
  AdministratorArns: when('HasAdministrators', ref('AdministratorArns'), [root]),
  InstanceRoleArns: ref('InstanceRoleArns'),
  VpcEndpointIds: ref('VpcEndpointIds'),
};
