import { ref, select, sub, variable, when } from '../cloudformation/intrinsics.ts';
import type { Piece } from '../cloudformation/template.ts';
import { type StoreName, templatePlace } from '../place.ts';
import { endpointPolicy } from '../policies/endpoint.ts';
import { ipv6Subnets } from './ipv6.ts';

/**
 * Both kinds of addresses only once the subnets have both (AWS PrivateLink Guide, "Gateway endpoints", IP
 * address type): what is selected from has the endpoint wait for them, which DependsOn cannot under a
 * condition. Without, it is said that there is one kind, or the endpoint would keep both.
 */
const addressType = when('WithIpv6', select(0, ['dualstack', ...ipv6Subnets]), 'ipv4');

/** The S3 gateway endpoint, which costs nothing: for the store and the packages of Amazon Linux alone. */
export function s3Endpoint({ bucket, prefix }: StoreName): Piece {
  const partition = variable('AWS::Partition');
  const place = templatePlace(`arn:${partition}:s3:::${bucket}`, prefix);
  return {
    Resources: {
      S3Endpoint: {
        Type: 'AWS::EC2::VPCEndpoint',
        Properties: {
          VpcEndpointType: 'Gateway',
          ServiceName: sub(`com.amazonaws.${variable('AWS::Region')}.s3`),
          VpcId: ref('Vpc'),
          RouteTableIds: [ref('PrivateRoutes')],
          IpAddressType: addressType,
          PolicyDocument: endpointPolicy(place, { partition, region: variable('AWS::Region') }),
        },
      },
    },
    Outputs: {
      VpcEndpointId: {
        Description: 'The S3 gateway endpoint, for VpcEndpointIds of the template store.',
        Value: ref('S3Endpoint'),
      },
    },
  };
}
