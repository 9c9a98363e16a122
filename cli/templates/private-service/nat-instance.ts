import { named, ref, sub, variable } from '../cloudformation/intrinsics.ts';
import type { Piece } from '../cloudformation/template.ts';
import { instanceTypePatterns, latestImage, metadataOptions, rootDevice } from './instances.ts';

/**
 * For a young instance of Amazon Linux 2023. The smallest have too little memory for dnf, hence the
 * swap file.
 */
const script = `#!/bin/sh
set -eu
dd if=/dev/zero of=/swapfile bs=1M count=512 status=none
chmod 600 /swapfile
mkswap /swapfile
swapon /swapfile
dnf --assumeyes --quiet install iptables-services
echo 'net.ipv4.ip_forward = 1' > /etc/sysctl.d/90-nat.conf
sysctl --quiet --load=/etc/sysctl.d/90-nat.conf
cat > /etc/sysconfig/iptables << 'END'
*nat
-A POSTROUTING -s ${variable('VpcCidr')} ! -d ${variable('VpcCidr')} -j MASQUERADE
COMMIT
END
systemctl enable --now iptables
`;

/**
 * An instance that passes on what the private subnets send; it takes nothing from elsewhere. What it
 * installs comes from the internet, so that its own way there has to be first.
 */
export const natInstance: Piece = {
  Parameters: {
    NatInstanceType: {
      Type: 'String',
      Description: 'The type of the NAT instance, with a processor of arm64.',
      AllowedPattern: instanceTypePatterns.arm64,
      Default: 't4g.nano',
    },
    NatImageId: latestImage('arm64', 'The machine image of the NAT instance.'),
  },
  Resources: {
    NatGroup: {
      Type: 'AWS::EC2::SecurityGroup',
      Condition: 'WithNatInstance',
      Properties: {
        GroupDescription: 'NAT instance: from the VPC to anywhere',
        VpcId: ref('Vpc'),
        SecurityGroupIngress: ['tcp', 'udp'].map((IpProtocol) => ({
          IpProtocol,
          FromPort: 0,
          ToPort: 65_535,
          CidrIp: ref('VpcCidr'),
          Description: 'What is to be passed on',
        })),
        SecurityGroupEgress: [
          { IpProtocol: '-1', CidrIp: '0.0.0.0/0', Description: 'To where it is for' },
        ],
        Tags: named('nat'),
      },
    },
    NatInstance: {
      Type: 'AWS::EC2::Instance',
      Condition: 'WithNatInstance',
      DependsOn: ['PublicRoute', 'PublicRoutes1'],
      Properties: {
        ImageId: ref('NatImageId'),
        InstanceType: ref('NatInstanceType'),
        SubnetId: ref('PublicSubnet'),
        SecurityGroupIds: [ref('NatGroup')],
        SourceDestCheck: false,
        MetadataOptions: metadataOptions,
        BlockDeviceMappings: [rootDevice(8)],
        UserData: { 'Fn::Base64': sub(script) },
        Tags: named('nat'),
      },
    },
  },
};
