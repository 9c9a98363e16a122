import { adminPolicy } from '../../cli/templates/policies/admin.ts';
import { bucketPolicy } from '../../cli/templates/policies/bucket.ts';
import { ciPolicy } from '../../cli/templates/policies/ci.ts';
import type { PolicyDocument } from '../../cli/templates/policies/document.ts';
import { endpointPolicy } from '../../cli/templates/policies/endpoint.ts';
import { instancePolicy } from '../../cli/templates/policies/instance.ts';
import { placeOfStore } from '../../cli/templates/policies/place.ts';
import type { Credential } from '../s3/server.ts';
import { accessKeyId, awsEnvironment, secretAccessKey, startTestS3, type TestS3 } from './s3.ts';
import type { Cleanup } from './temp.ts';

/** Who there is; the `stray` has an instance's credentials, and is not in its VPC. */
export const parties = ['owner', 'ci', 'administrator', 'instance', 'stray'] as const;

export type Party = (typeof parties)[number];

export interface GuardedS3 extends TestS3 {
  /** `s3://images/team` */
  store: string;
  credentials: Record<Party, Credential>;
  /** Where a party gets in. */
  urlOf(party: Party): string;
  /** What a program of a party needs, the store among it. */
  envOf(party: Party): Record<string, string>;
}

const roleArn = (name: string) => `arn:aws:iam::111122223333:role/${name}`;

/** What `load` reads and `save` writes beside the store. */
export const tarballFolder = 'releases';

/** Of Amazon Linux, in the server's region. */
export const packageBucket = 'al2023-repos-us-east-1-de612dc2';

/** An S3 server with the bucket `images` that all our policies guard, and others. */
export async function startGuardedS3(t: Cleanup, prefix = 'team'): Promise<GuardedS3> {
  const place = placeOfStore('images', prefix);
  const tarballs = [placeOfStore('images', tarballFolder)];
  const role = (name: string, policy: PolicyDocument): Credential => ({
    accessKeyId: `ASIA${name.toUpperCase()}`,
    secretAccessKey: `the secret of ${name}`,
    sessionToken: `the token of ${name}`,
    arn: roleArn(name),
    policies: [policy],
  });
  const instance = role('instance', instancePolicy(place, tarballs));
  const credentials: Record<Party, Credential> = {
    owner: { accessKeyId, secretAccessKey },
    ci: role('ci', ciPolicy(place, tarballs)),
    administrator: role('administrator', adminPolicy(place, tarballs)),
    instance,
    stray: instance,
  };
  const policy = endpointPolicy(place, { partition: 'aws', region: 'us-east-1' }, tarballs);
  const s3 = await startTestS3(t, {
    buckets: ['images', 'elsewhere', packageBucket],
    credentials: [...new Set(Object.values(credentials))],
    bucketPolicies: {
      images: bucketPolicy(place, {
        administrators: [roleArn('administrator')],
        instances: { roles: [roleArn('instance')], endpoints: ['vpce-0a1b2c3d'] },
      }),
    },
    entrances: {
      plain: { secure: false },
      endpoint: { secure: true, vpcEndpoint: { id: 'vpce-0a1b2c3d', policy } },
    },
  });
  const store = ['s3://images', prefix].filter(Boolean).join('/');
  const urlOf = (party: Party) => (party === 'instance' ? (s3.urls.endpoint ?? '') : s3.url);
  return Object.assign(s3, {
    store,
    credentials,
    urlOf,
    envOf(party: Party) {
      const { sessionToken, ...credential } = credentials[party];
      return {
        ...awsEnvironment(urlOf(party)),
        AWS_ACCESS_KEY_ID: credential.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credential.secretAccessKey,
        ...(sessionToken && { AWS_SESSION_TOKEN: sessionToken }),
        WHERRY_STORE: store,
      };
    },
  });
}
