import { type PolicyDocument, policyDocument, type Statement, templateText } from './document.ts';
import { instancePolicy } from './instance.ts';
import type { StorePlace } from './place.ts';

/** As ARNs have them: literal, or the pseudo parameters of CloudFormation, `${AWS::Region}`. */
export interface EndpointRegion {
  partition: string;
  /** `*` for any. */
  region: string;
}

/**
 * What a VPC's S3 gateway endpoint lets through, whoever asks: what instances do with the store, and the
 * packages of Amazon Linux. Nothing else in S3 can be reached, so nothing can be carried off there.
 */
export function endpointPolicy(
  place: StorePlace,
  { partition, region }: EndpointRegion,
  tarballs: StorePlace[] = [],
): PolicyDocument {
  const packages: Statement = {
    Sid: 'ReadPackages',
    Effect: 'Allow',
    Action: ['s3:GetObject'],
    Resource: packageBuckets(region).map((name) => templateText(`arn:${partition}:s3:::${name}/*`)),
  };
  const { Statement: store } = instancePolicy(place, tarballs);
  return policyDocument(
    ...[...store, packages].map((statement) => ({ ...statement, Principal: '*' })),
  );
}

/** Of Amazon Linux 2023, and of Amazon Linux 2 (its user guides, "S3 gateway endpoint"). */
function packageBuckets(region: string): string[] {
  return [
    `al2023-repos-${region}-de612dc2`,
    `amazonlinux-2-repos-${region}`,
    `amazonlinux.${region}.amazonaws.com`,
  ];
}
