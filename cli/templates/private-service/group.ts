import { attribute, ref, sub, variable } from '../cloudformation/intrinsics.ts';
import type { Piece } from '../cloudformation/template.ts';
import { privateSubnets } from './network.ts';

/**
 * As many instances as are asked for, always; a new launch template replaces them one by one. With the
 * endpoint it waits for the subnets' addresses of IPv6, which the instances are given.
 */
export const instanceGroup: Piece = {
  Parameters: {
    Instances: {
      Type: 'Number',
      Description: 'How many instances there are.',
      Default: 2,
      MinValue: 1,
    },
    MaxInstances: {
      Type: 'Number',
      Description:
        'How many there are at most: more than Instances, for a new one comes before an old one goes.',
      Default: 3,
      MinValue: 2,
    },
    BootSeconds: {
      Type: 'Number',
      Description:
        'The time that a new instance has until it is well: for Docker, the agent and the image.',
      Default: 300,
      MinValue: 60,
      MaxValue: 3600,
    },
  },
  Resources: {
    ServiceGroup: {
      Type: 'AWS::AutoScaling::AutoScalingGroup',
      DependsOn: ['PrivateRoutes1', 'PrivateRoutes2', 'S3Endpoint'],
      UpdatePolicy: {
        AutoScalingRollingUpdate: {
          MinInstancesInService: ref('Instances'),
          MaxBatchSize: 1,
          PauseTime: sub(`PT${variable('BootSeconds')}S`),
          SuspendProcesses: [
            'HealthCheck',
            'ReplaceUnhealthy',
            'AZRebalance',
            'AlarmNotification',
            'ScheduledActions',
          ],
        },
      },
      Properties: {
        MinSize: ref('Instances'),
        MaxSize: ref('MaxInstances'),
        VPCZoneIdentifier: privateSubnets,
        LaunchTemplate: {
          LaunchTemplateId: ref('LaunchTemplate'),
          Version: attribute('LaunchTemplate', 'LatestVersionNumber'),
        },
        TargetGroupARNs: [ref('TargetGroup')],
        HealthCheckType: 'ELB',
        HealthCheckGracePeriod: ref('BootSeconds'),
        DefaultInstanceWarmup: ref('BootSeconds'),
        // Of an instance refresh, and of what is replaced for being ill: the new one comes first.
        InstanceMaintenancePolicy: { MinHealthyPercentage: 100, MaxHealthyPercentage: 150 },
      },
    },
  },
  Outputs: {
    ServiceGroupName: { Description: 'The Auto Scaling group.', Value: ref('ServiceGroup') },
  },
};
