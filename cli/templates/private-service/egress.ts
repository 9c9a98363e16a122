import { anyOf, equals, ref } from '../cloudformation/intrinsics.ts';
import type { Piece } from '../cloudformation/template.ts';

/** The ways out of the private subnets; with the first there is none, and no internet gateway. */
export const egressChoice: Piece = {
  Parameters: {
    Egress: {
      Type: 'String',
      Description:
        'The way out: none; ipv6 through an egress-only internet gateway; nat-instance, a small ' +
        'one; or nat-gateway, which AWS runs.',
      AllowedValues: ['none', 'ipv6', 'nat-instance', 'nat-gateway'],
      Default: 'none',
    },
  },
  Conditions: {
    WithIpv6: equals(ref('Egress'), 'ipv6'),
    WithNatInstance: equals(ref('Egress'), 'nat-instance'),
    WithNatGateway: equals(ref('Egress'), 'nat-gateway'),
    WithNat: anyOf('WithNatInstance', 'WithNatGateway'),
  },
};
