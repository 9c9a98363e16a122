import { ref, sub, variable } from '../cloudformation/intrinsics.ts';
import type { Piece } from '../cloudformation/template.ts';
import { privateSubnets } from './network.ts';

const name = sub(variable('AWS::StackName'));

/** An HTTP API that passes every request on to the balancer. */
export const httpApi: Piece = {
  Resources: {
    VpcLink: {
      Type: 'AWS::ApiGatewayV2::VpcLink',
      Properties: { Name: name, SubnetIds: privateSubnets, SecurityGroupIds: [ref('LinkGroup')] },
    },
    Api: {
      Type: 'AWS::ApiGatewayV2::Api',
      Properties: { Name: name, ProtocolType: 'HTTP' },
    },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: ref('Api'),
        IntegrationType: 'HTTP_PROXY',
        IntegrationMethod: 'ANY',
        IntegrationUri: ref('Listener'),
        ConnectionType: 'VPC_LINK',
        ConnectionId: ref('VpcLink'),
        PayloadFormatVersion: '1.0',
      },
    },
    Route: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: ref('Api'),
        RouteKey: '$default',
        Target: { 'Fn::Join': ['/', ['integrations', ref('Integration')]] },
      },
    },
    Stage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: { ApiId: ref('Api'), StageName: '$default', AutoDeploy: true },
    },
  },
  Outputs: {
    Url: {
      Description: 'Where the service is.',
      Value: sub(
        `https://${variable('Api')}.execute-api.${variable('AWS::Region')}.${variable('AWS::URLSuffix')}`,
      ),
    },
  },
};
