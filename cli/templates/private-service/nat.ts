import { attribute, named, ref, when } from '../cloudformation/intrinsics.ts';
import type { Piece, Resource } from '../cloudformation/template.ts';
import { association, routeTable, subnet } from './network.ts';

/** Egress by IPv4: a public subnet for a NAT of either kind, and the route to it. */
export const natEgress: Piece = {
  Resources: {
    InternetGateway: forNat({
      Type: 'AWS::EC2::InternetGateway',
      Properties: { Tags: named() },
    }),
    InternetGatewayAttachment: forNat({
      Type: 'AWS::EC2::VPCGatewayAttachment',
      Properties: { VpcId: ref('Vpc'), InternetGatewayId: ref('InternetGateway') },
    }),
    PublicSubnet: forNat(subnet(2, 0, 'public', { MapPublicIpOnLaunch: true })),
    PublicRoutes: forNat(routeTable('public')),
    PublicRoutes1: forNat(association('PublicSubnet', 'PublicRoutes')),
    PublicRoute: forNat({
      Type: 'AWS::EC2::Route',
      DependsOn: ['InternetGatewayAttachment'],
      Properties: {
        RouteTableId: ref('PublicRoutes'),
        DestinationCidrBlock: '0.0.0.0/0',
        GatewayId: ref('InternetGateway'),
      },
    }),
    NatRoute: forNat({
      Type: 'AWS::EC2::Route',
      Properties: {
        RouteTableId: ref('PrivateRoutes'),
        DestinationCidrBlock: '0.0.0.0/0',
        InstanceId: when('WithNatInstance', ref('NatInstance')),
        NatGatewayId: when('WithNatGateway', ref('NatGateway')),
      },
    }),
    NatAddress: {
      Type: 'AWS::EC2::EIP',
      Condition: 'WithNatGateway',
      DependsOn: ['InternetGatewayAttachment'],
      Properties: { Domain: 'vpc', Tags: named('nat') },
    },
    NatGateway: {
      Type: 'AWS::EC2::NatGateway',
      Condition: 'WithNatGateway',
      DependsOn: ['PublicRoute'],
      Properties: {
        SubnetId: ref('PublicSubnet'),
        AllocationId: attribute('NatAddress', 'AllocationId'),
        Tags: named(),
      },
    },
  },
};

function forNat(resource: Resource): Resource {
  const { Type, ...others } = resource;
  return { Type, Condition: 'WithNat', ...others };
}
