import type { Architecture } from '../../boot/agent-names.ts';
import { attribute, named, ref, when } from '../cloudformation/intrinsics.ts';
import type { Piece } from '../cloudformation/template.ts';
import { instanceTypePatterns, latestImage, metadataOptions, rootDevice } from './instances.ts';

export interface LaunchSettings {
  architecture: Architecture;
  instanceType: string;
  /** The text of the script for cloud-init, or a function that gives it. */
  userData: unknown;
}

/** How an instance is made. */
export function launchTemplate({ architecture, instanceType, userData }: LaunchSettings): Piece {
  return {
    Parameters: {
      InstanceType: {
        Type: 'String',
        Description: `The type of the instances, with a processor of ${architecture}.`,
        AllowedPattern: instanceTypePatterns[architecture],
        ConstraintDescription: `one with a processor of ${architecture}; for another print the template with --instance-type`,
        Default: instanceType,
      },
      ImageId: latestImage(architecture, 'The machine image of the instances.'),
      VolumeSize: {
        Type: 'Number',
        Description: 'GiB of disk for each instance.',
        Default: 20,
        MinValue: 8,
      },
    },
    Resources: {
      LaunchTemplate: {
        Type: 'AWS::EC2::LaunchTemplate',
        Properties: {
          LaunchTemplateData: {
            ImageId: ref('ImageId'),
            InstanceType: ref('InstanceType'),
            IamInstanceProfile: { Arn: attribute('InstanceProfile', 'Arn') },
            NetworkInterfaces: [
              {
                DeviceIndex: 0,
                Groups: [ref('InstanceGroup')],
                Ipv6AddressCount: when('WithIpv6', 1),
              },
            ],
            MetadataOptions: metadataOptions,
            BlockDeviceMappings: [rootDevice(ref('VolumeSize'))],
            TagSpecifications: [
              { ResourceType: 'instance', Tags: named() },
              { ResourceType: 'volume', Tags: named() },
            ],
            UserData: { 'Fn::Base64': userData },
          },
        },
      },
    },
  };
}
