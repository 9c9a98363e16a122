import { attribute, ref } from '../cloudformation/intrinsics.ts';
import { policyParameter } from '../cloudformation/policy-parameter.ts';
import type { Piece } from '../cloudformation/template.ts';

/** The role of the instances, which has the store's policy for them and nothing else. */
export const instanceRole: Piece = {
  Parameters: {
    InstancePolicyArn: policyParameter(
      'The policy for instances: InstancePolicyArn of the template store.',
    ),
  },
  Resources: {
    InstanceRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'ec2.amazonaws.com' },
              Action: 'sts:AssumeRole',
            },
          ],
        },
        ManagedPolicyArns: [ref('InstancePolicyArn')],
      },
    },
    InstanceProfile: {
      Type: 'AWS::IAM::InstanceProfile',
      Properties: { Roles: [ref('InstanceRole')] },
    },
  },
  Outputs: {
    InstanceRoleArn: {
      Description: 'The role of the instances, for InstanceRoleArns of the template store.',
      Value: attribute('InstanceRole', 'Arn'),
    },
  },
};
