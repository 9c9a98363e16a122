import { ref, sub, variable } from '../cloudformation/intrinsics.ts';
import type { Piece } from '../cloudformation/template.ts';
import { adminPolicy } from '../policies/admin.ts';
import { ciPolicy } from '../policies/ci.ts';
import { instancePolicy } from '../policies/instance.ts';
import type { StorePlace } from '../policies/place.ts';

/** Policies to attach to roles, which no other stack has to write again. */
export function managedPolicies(place: StorePlace): Piece {
  const kinds = [
    { name: 'CiPolicy', of: 'CI: pushes, deletes nothing', document: ciPolicy(place) },
    {
      name: 'InstancePolicy',
      of: 'instances: read, and write their heartbeats',
      document: instancePolicy(place),
    },
    { name: 'AdministratorPolicy', of: 'administrators: all', document: adminPolicy(place) },
  ];
  return {
    Resources: Object.fromEntries(
      kinds.map(({ name, of, document }) => [
        name,
        {
          Type: 'AWS::IAM::ManagedPolicy',
          Properties: {
            Description: sub(`Store of Wherry in ${variable('BucketName')}, for ${of}`),
            PolicyDocument: document,
          },
        },
      ]),
    ),
    Outputs: Object.fromEntries(
      kinds.map(({ name, of }) => [
        `${name}Arn`,
        { Description: `The policy for ${of}.`, Value: ref(name) },
      ]),
    ),
  };
}
