import { equals, named, not, ref, when } from '../cloudformation/intrinsics.ts';
import type { Piece, Resource } from '../cloudformation/template.ts';

/** The VPC link may go to the balancer, the balancer to the instances, and these to S3. */
export function securityGroups(port: number): Piece {
  const onPort = { IpProtocol: 'tcp', FromPort: port, ToPort: port };
  const toGroup = (group: string) => [
    { ...onPort, DestinationSecurityGroupId: ref(group), Description: `To ${group}` },
  ];
  const ingress = (group: string, source: string): Resource => ({
    Type: 'AWS::EC2::SecurityGroupIngress',
    Properties: {
      GroupId: ref(group),
      ...onPort,
      SourceSecurityGroupId: ref(source),
      Description: `From ${source}`,
    },
  });
  return {
    ...prefixList,
    Resources: {
      InstanceGroup: securityGroup(
        'Instances: from the balancer, to S3',
        'instance',
        instanceEgress,
      ),
      BalancerGroup: securityGroup(
        'Balancer: from the VPC link, to the instances',
        'balancer',
        toGroup('InstanceGroup'),
      ),
      LinkGroup: securityGroup('VPC link: to the balancer', 'link', toGroup('BalancerGroup')),
      BalancerIngress: ingress('BalancerGroup', 'LinkGroup'),
      InstanceIngress: ingress('InstanceGroup', 'BalancerGroup'),
    },
    Outputs: {
      InstanceGroupId: {
        Description: 'The security group of the instances, for what they shall reach.',
        Value: ref('InstanceGroup'),
      },
    },
  };
}

const prefixList: Piece = {
  Parameters: {
    S3PrefixListId: {
      Type: 'String',
      Description:
        'The prefix list of S3 in the region (pl-1a2b3c): with it the instances may send to S3 alone. ' +
        'Without it, that is left to the routes. It has no effect beside another Egress than none.',
      AllowedPattern: '^(pl-[0-9a-f]+)?$',
      Default: '',
    },
  },
  Conditions: {
    WithPrefixList: {
      'Fn::And': [equals(ref('Egress'), 'none'), not(equals(ref('S3PrefixListId'), ''))],
    },
  },
};

const https = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };

const instanceEgress = [
  when(
    'WithPrefixList',
    { ...https, DestinationPrefixListId: ref('S3PrefixListId'), Description: 'To S3' },
    { ...https, CidrIp: '0.0.0.0/0', Description: 'To wherever the routes lead' },
  ),
  when('WithIpv6', { ...https, CidrIpv6: '::/0', Description: 'To wherever the routes lead' }),
];

function securityGroup(GroupDescription: string, name: string, egress: unknown[]): Resource {
  return {
    Type: 'AWS::EC2::SecurityGroup',
    Properties: {
      GroupDescription,
      VpcId: ref('Vpc'),
      SecurityGroupEgress: egress,
      Tags: named(name),
    },
  };
}
