import { isGiven } from '../cloudformation/intrinsics.ts';
import type { Piece } from '../cloudformation/template.ts';

/** What differs from bucket to bucket, and what is known only when other stacks are there. */
export function storeParameters(bucket: string | undefined): Piece {
  return {
    Parameters: {
      BucketName: {
        Type: 'String',
        Description: 'The name of the bucket to make. It belongs to nobody else in the world.',
        AllowedPattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$',
        ...(bucket === undefined ? {} : { Default: bucket }),
      },
      AdministratorArns: {
        Type: 'CommaDelimitedList',
        Description:
          'Roles and users who may mend what never changes otherwise, and set what binds all; their ' +
          'ARNs may have * and ? in them. The root user of the account when this is empty.',
        Default: '',
      },
      InstanceRoleArns: {
        Type: 'CommaDelimitedList',
        Description: 'Roles of instances that get at the bucket through VpcEndpointIds alone.',
        Default: '',
      },
      VpcEndpointIds: {
        Type: 'CommaDelimitedList',
        Description: 'The S3 gateway endpoints of their VPCs.',
        Default: '',
      },
    },
    Conditions: {
      HasAdministrators: isGiven('AdministratorArns'),
      HasEndpoints: {
        'Fn::And': [isGiven('InstanceRoleArns'), isGiven('VpcEndpointIds')],
      },
    },
  };
}
