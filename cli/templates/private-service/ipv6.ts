import { attribute, ref, select } from '../cloudformation/intrinsics.ts';
import type { Piece, Resource } from '../cloudformation/template.ts';

/** The addresses of a subnet are of this many bits (Amazon VPC User Guide, "Subnet CIDR blocks"). */
const subnetBits = 64;

/** Egress by IPv6: addresses for the private subnets, and a gateway through which nobody comes in. */
export const ipv6Egress: Piece = {
  Resources: {
    VpcIpv6: {
      Type: 'AWS::EC2::VPCCidrBlock',
      Condition: 'WithIpv6',
      Properties: { VpcId: ref('Vpc'), AmazonProvidedIpv6CidrBlock: true },
    },
    PrivateSubnet1Ipv6: subnetIpv6(0, 'PrivateSubnet1'),
    PrivateSubnet2Ipv6: subnetIpv6(1, 'PrivateSubnet2'),
    EgressOnlyGateway: {
      Type: 'AWS::EC2::EgressOnlyInternetGateway',
      Condition: 'WithIpv6',
      Properties: { VpcId: ref('Vpc') },
    },
    Ipv6Route: {
      Type: 'AWS::EC2::Route',
      Condition: 'WithIpv6',
      DependsOn: ['VpcIpv6'],
      Properties: {
        RouteTableId: ref('PrivateRoutes'),
        DestinationIpv6CidrBlock: '::/0',
        EgressOnlyInternetGatewayId: ref('EgressOnlyGateway'),
      },
    },
  },
};

/** What has to be there before anything in the subnets has such an address; each is an identifier. */
export const ipv6Subnets = ['PrivateSubnet1Ipv6', 'PrivateSubnet2Ipv6'].map(ref);

function subnetIpv6(index: number, subnet: string): Resource {
  const block = select(0, attribute('Vpc', 'Ipv6CidrBlocks'));
  return {
    Type: 'AWS::EC2::SubnetCidrBlock',
    Condition: 'WithIpv6',
    DependsOn: ['VpcIpv6'],
    Properties: {
      SubnetId: ref(subnet),
      Ipv6CidrBlock: select(index, { 'Fn::Cidr': [block, 2, subnetBits] }),
    },
  };
}
