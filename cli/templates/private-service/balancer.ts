import { ref } from '../cloudformation/intrinsics.ts';
import type { Piece } from '../cloudformation/template.ts';
import { privateSubnets } from './network.ts';

/**
 * A network load balancer inside the VPC, which asks each instance for the path whether it is well. To the
 * instances it comes from its own addresses: with those of the VPC link, two connections that the link
 * makes in two zones could look like one and be reset (Network Load Balancers, "Troubleshoot").
 */
export function balancer(port: number, healthPath: string): Piece {
  return {
    Resources: {
      Balancer: {
        Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
        Properties: {
          Type: 'network',
          Scheme: 'internal',
          Subnets: privateSubnets,
          SecurityGroups: [ref('BalancerGroup')],
          LoadBalancerAttributes: [{ Key: 'load_balancing.cross_zone.enabled', Value: 'true' }],
        },
      },
      TargetGroup: {
        Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
        Properties: {
          VpcId: ref('Vpc'),
          TargetType: 'instance',
          Protocol: 'TCP',
          Port: port,
          HealthCheckProtocol: 'HTTP',
          HealthCheckPath: healthPath,
          HealthCheckIntervalSeconds: 10,
          HealthCheckTimeoutSeconds: 6,
          HealthyThresholdCount: 2,
          UnhealthyThresholdCount: 3,
          Matcher: { HttpCode: '200-299' },
          TargetGroupAttributes: [
            { Key: 'deregistration_delay.timeout_seconds', Value: '60' },
            { Key: 'preserve_client_ip.enabled', Value: 'false' },
          ],
        },
      },
      Listener: {
        Type: 'AWS::ElasticLoadBalancingV2::Listener',
        Properties: {
          LoadBalancerArn: ref('Balancer'),
          Protocol: 'TCP',
          Port: port,
          DefaultActions: [{ Type: 'forward', TargetGroupArn: ref('TargetGroup') }],
        },
      },
    },
  };
}
