import { attribute, isGiven, named, ref, select, when } from '../cloudformation/intrinsics.ts';
import type { Piece, Resource } from '../cloudformation/template.ts';

/** How many subnets the addresses are divided among, two private ones and one for a NAT; bits of each. */
const subnets = 3;
const subnetBits = 8;

/** The private ones, one in each of two zones. */
export const privateSubnets = ['PrivateSubnet1', 'PrivateSubnet2'].map(ref);

/** A VPC with two private subnets: from their route table nothing leads out. */
export const network: Piece = {
  Parameters: {
    VpcCidr: {
      Type: 'String',
      Description: 'The addresses of the VPC, /16 to /22.',
      AllowedPattern: '^[0-9.]+/(1[6-9]|2[0-2])$',
      Default: '10.20.0.0/16',
    },
    Zones: {
      Type: 'CommaDelimitedList',
      Description:
        'Two availability zones of the region, where it has some that do not offer API Gateway or ' +
        'the type of the instances; the first two unless given.',
      Default: '',
    },
  },
  Conditions: { WithZones: isGiven('Zones') },
  Resources: {
    Vpc: {
      Type: 'AWS::EC2::VPC',
      Properties: {
        CidrBlock: ref('VpcCidr'),
        EnableDnsSupport: true,
        EnableDnsHostnames: true,
        Tags: named(),
      },
    },
    PrivateSubnet1: subnet(0, 0, 'private-1'),
    PrivateSubnet2: subnet(1, 1, 'private-2'),
    PrivateRoutes: routeTable('private'),
    PrivateRoutes1: association('PrivateSubnet1', 'PrivateRoutes'),
    PrivateRoutes2: association('PrivateSubnet2', 'PrivateRoutes'),
  },
  Outputs: {
    VpcId: { Description: 'The VPC.', Value: ref('Vpc') },
  },
};

/** One of the VPC's subnets by its number, in one of the two zones. */
export function subnet(
  index: number,
  zone: number,
  name: string,
  more: Resource['Properties'] = {},
): Resource {
  return {
    Type: 'AWS::EC2::Subnet',
    Properties: {
      VpcId: ref('Vpc'),
      AvailabilityZone: select(zone, when('WithZones', ref('Zones'), { 'Fn::GetAZs': '' })),
      CidrBlock: select(index, {
        'Fn::Cidr': [attribute('Vpc', 'CidrBlock'), subnets, subnetBits],
      }),
      ...more,
      Tags: named(name),
    },
  };
}

export function routeTable(name: string): Resource {
  return {
    Type: 'AWS::EC2::RouteTable',
    Properties: { VpcId: ref('Vpc'), Tags: named(name) },
  };
}

export function association(subnet: string, table: string): Resource {
  return {
    Type: 'AWS::EC2::SubnetRouteTableAssociation',
    Properties: { SubnetId: ref(subnet), RouteTableId: ref(table) },
  };
}
