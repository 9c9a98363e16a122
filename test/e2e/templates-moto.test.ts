import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import type { Template } from '../../cli/templates/cloudformation/template.ts';
import { startMoto } from '../s3/testing/moto.ts';
import { leftOut } from '../support/left-out.ts';
import { cloudFormationAt } from '../support/templates/cloudformation.ts';
import { resourcesIn } from '../support/templates/evaluate.ts';
import { unknownResource } from '../support/templates/for-moto.ts';
import { startPrinter } from '../support/templates/print.ts';

/** What moto 5.2 passes over without a word; docs/templates.md has the same list. */
const unknownTypes = [
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::ApiGatewayV2::VpcLink',
  'AWS::EC2::EgressOnlyInternetGateway',
  'AWS::EC2::SubnetCidrBlock',
  'AWS::EC2::VPCCidrBlock',
  'AWS::IAM::OIDCProvider',
  'AWS::S3::BucketPolicy',
];

const skip = leftOut('moto_server', ['--help']);

suite("moto's CloudFormation makes", { skip }, async () => {
  if (skip) return;
  const { json } = await startPrinter({ after });
  const moto = cloudFormationAt(await startMoto({ after }));

  /** Makes a stack, and checks that all is in it that moto knows. */
  const make = async (
    name: string,
    template: Template,
    parameters: Record<string, string> = {},
  ) => {
    const outputs = await moto.create(name, template, parameters);
    const asked = Object.entries(resourcesIn(template, parameters));
    const made = await moto.resources(name);
    const missing = asked.filter(([resource]) => !made.includes(resource));
    assert.deepEqual(
      made.filter((resource) => !template.Resources[resource]),
      [],
    );
    assert.deepEqual(
      missing.filter(([, { Type }]) => !unknownTypes.includes(Type)).map(([resource]) => resource),
      template.Resources[unknownResource] ? [unknownResource] : [],
    );
    return { outputs, missing: missing.map(([, { Type }]) => Type) };
  };
  const missed = new Set<string>();
  const stack = async (...args: Parameters<typeof make>) => {
    const { outputs, missing } = await make(...args);
    for (const type of missing) missed.add(type);
    return outputs;
  };

  test('a store, and from what it says the role of CI and a service with each way out', async (t) => {
    const store = await stack('store', await json(['store']));
    assert.match(store.CiPolicyArn ?? '', /^arn:aws:iam::\d+:policy\/store-CiPolicy/);
    assert.equal(store.StoreUrl, 's3://images/team');

    const role = await json(['ci-role', '--repository', 'me/api', '--branch', 'main']);
    const CiPolicyArn = store.CiPolicyArn ?? '';
    const made = await stack('ci', role, { CiPolicyArn });
    assert.match(made.CiRoleArn ?? '', /^arn:aws:iam::\d+:role\/ci-CiRole/);
    const OidcProviderArn =
      'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com';
    await stack('ci-again', role, { CiPolicyArn, OidcProviderArn });

    const service = await json(['private-service', '--image', 'api:production']);
    const InstancePolicyArn = store.InstancePolicyArn ?? '';
    const gateways = () => moto.ec2('DescribeInternetGateways', 'internetGatewayId');
    const before = (await gateways()).length;
    for (const [Egress, internetGateways] of [
      ['none', 0],
      ['ipv6', 0],
      ['nat-instance', 1],
      ['nat-gateway', 2],
    ] as const) {
      await t.test(Egress, async () => {
        const outputs = await stack(Egress, service, { InstancePolicyArn, Egress });
        assert.match(outputs.VpcEndpointId ?? '', /^vpce-/);
        assert.equal((await gateways()).length - before, internetGateways);
      });
    }
    const { InstanceRoleArn = '', VpcEndpointId: VpcEndpointIds = '' } = await stack(
      'guarded',
      service,
      { InstancePolicyArn },
    );
    const guards = { InstanceRoleArns: InstanceRoleArn, VpcEndpointIds };
    const AdministratorArns = 'arn:aws:iam::1:role/one,arn:aws:iam::1:role/two';
    await stack('versioned', await json(['store', '--versioning']), {
      BucketName: 'versioned',
      AdministratorArns,
      ...guards,
    });
  });

  test('all but the types that it is known not to know', () => {
    const listener = 'AWS::ElasticLoadBalancingV2::Listener';
    assert.deepEqual([...missed].sort(), [...unknownTypes, listener].sort());
  });
});
