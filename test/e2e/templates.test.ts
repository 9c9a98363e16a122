import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { promisify } from 'node:util';
import { bundle } from '../../build/bundle.ts';
import { variable } from '../../cli/templates/cloudformation/intrinsics.ts';
import type { Template } from '../../cli/templates/cloudformation/template.ts';
import { run } from '../support/program.ts';
import { tempFolder } from '../support/temp.ts';
import { propertiesOf, resourcesIn, valueIn } from '../support/templates/evaluate.ts';
import { readTemplate } from '../support/templates/long-form.ts';
import { startPrinter, variations } from '../support/templates/print.ts';
import { madeBefore, wrongReferences } from '../support/templates/references.ts';

/** Bytes that CloudFormation takes without a bucket to fetch from (its User Guide, "Quotas"). */
const largestTemplate = 51_200;

suite('wherry template', async () => {
  const { env, attempt, yaml, json } = await startPrinter({ after });
  const service = (...more: string[]) => ['private-service', '--image', 'api:production', ...more];
  const userDataOf = (template: Template, egress: string) => {
    const { LaunchTemplateData } = propertiesOf(template, 'LaunchTemplate');
    return valueIn(template, { Egress: egress }, LaunchTemplateData.UserData);
  };

  for (const args of variations) {
    test(`${args.join(' ')}: every reference leads somewhere`, async () => {
      const text = await yaml(args);
      const template = readTemplate(text) as Template;
      assert.deepEqual(wrongReferences(template), { dangling: [], unused: [] });
      assert.ok(Buffer.byteLength(text) < largestTemplate, `${Buffer.byteLength(text)}`);
    });
  }

  test('YAML says what JSON does', async () => {
    for (const args of [variations[1], variations.at(-1)]) {
      assert.deepEqual(readTemplate(await yaml(args ?? [])), await json(args ?? []));
    }
  });

  test('the bundle prints the same', async (t) => {
    const folder = await tempFolder(t);
    await bundle(folder);
    const command = [join(folder, 'wherry.mjs'), 'template', 'store'];
    const { stdout } = await promisify(execFile)(process.execPath, command, { env });
    assert.equal(stdout, await yaml(['store']));
  });

  test('without a way out there is no gateway of the internet; with one, only what it takes', async () => {
    const template = await json(service());
    const types = (egress: string) =>
      Object.values(resourcesIn(template, { Egress: egress })).map(({ Type }) => Type);
    const none = types('none');
    assert.deepEqual(
      none.filter((type) => /Gateway$|EC2::(?:EIP|Route|Instance)$|Cidr/.test(type)),
      [],
    );
    assert.equal(none.filter((type) => type === 'AWS::EC2::Subnet').length, 2);
    const beyond = (egress: string) => {
      const rest = [...none];
      const added = types(egress).filter((type) => {
        const index = rest.indexOf(type);
        if (index >= 0) rest.splice(index, 1);
        return index < 0;
      });
      assert.deepEqual(rest, []);
      return added.map((type) => type.split('::')[2]).sort();
    };
    const forNat = ['InternetGateway', 'Route', 'Route', 'RouteTable', 'Subnet'];
    const around = ['SubnetRouteTableAssociation', 'VPCGatewayAttachment'];
    assert.deepEqual(beyond('ipv6'), [
      ...['EgressOnlyInternetGateway', 'Route', 'SubnetCidrBlock', 'SubnetCidrBlock'],
      'VPCCidrBlock',
    ]);
    assert.deepEqual(
      beyond('nat-instance'),
      [...forNat, ...around, 'Instance', 'SecurityGroup'].sort(),
    );
    assert.deepEqual(beyond('nat-gateway'), [...forNat, ...around, 'EIP', 'NatGateway'].sort());
  });

  test('what is used at once, or refused too early, is made after what it needs', async () => {
    const template = await json(service());
    const ipv6 = ['VpcIpv6', 'PrivateSubnet1Ipv6', 'PrivateSubnet2Ipv6'];
    for (const [resource, needed] of [
      ['S3Endpoint', ipv6],
      ['Ipv6Route', ['VpcIpv6']],
      ['ServiceGroup', [...ipv6, 'S3Endpoint', 'PrivateRoutes1', 'PrivateRoutes2']],
      ['NatInstance', ['InternetGatewayAttachment', 'PublicRoute', 'PublicRoutes1']],
      ['NatGateway', ['InternetGatewayAttachment', 'PublicRoute']],
    ] as const) {
      const before = madeBefore(template, resource);
      assert.deepEqual(
        needed.filter((name) => !before.includes(name)),
        [],
        resource,
      );
    }
  });

  test('the endpoint has addresses of IPv6 with that way out, and loses them without', async () => {
    const template = await json(service());
    const { IpAddressType } = propertiesOf(template, 'S3Endpoint');
    const kinds = ['none', 'ipv6', 'nat-instance', 'nat-gateway'].map((Egress) =>
      valueIn(template, { Egress }, IpAddressType),
    );
    assert.deepEqual(kinds, ['ipv4', 'dualstack', 'ipv4', 'ipv4']);
  });

  test('to the instances the balancer comes from its own addresses', async () => {
    const { TargetGroupAttributes } = propertiesOf(await json(service()), 'TargetGroup');
    const [own] = TargetGroupAttributes.filter(
      ({ Key }: { Key: string }) => Key === 'preserve_client_ip.enabled',
    );
    assert.equal(own?.Value, 'false');
  });

  test('its script is that of user-data, with a command that deploys and a check of health', async () => {
    const template = await json(service('--port', '80'));
    const { stdout, stderr, code } = await run(
      'wherry',
      [
        ...['user-data', '--image', 'api:production', '--arch', 'arm64', '--on-change'],
        'docker rm --force service; exec docker run --detach --name service --restart always ' +
          '--log-driver local --publish 80:80 "$WHERRY_IMAGE_ID"',
        ...['--health', 'http://127.0.0.1:80/health'],
      ],
      { env },
    );
    assert.equal(code, 0, stderr);
    assert.equal(userDataOf(template, 'none'), stdout);
  });

  test('what is given for the agent is in the script, whatever is in it', async () => {
    const onChange = `echo "${variable('Vpc')} it's" %n\n- !Ref x`;
    const args = service('--on-change', onChange, '--health', 'container:api', '--keep', '1');
    const template = readTemplate(await yaml(args)) as Template;
    const unit = userDataOf(template, 'none');
    const quoted = `"--on-change" "echo \\"$$\{Vpc} it's\\" %%n\\n- !Ref x" "--health" "container:api"`;
    assert.ok(unit.includes(quoted), unit);
  });

  test('where a file on the machine has the options, none is made up', async () => {
    const template = await json(service('--config', '/etc/wherry-agent.json'));
    const line = /^ExecStart=.*$/m.exec(userDataOf(template, 'none'))?.[0];
    assert.match(line ?? '', / "--config" "\/etc\/wherry-agent\.json"$/);
    assert.doesNotMatch(line ?? '', /--on-change|--health/);
  });

  test('the processor of the machine image and of the agent follows from the type of instance', async () => {
    for (const [type, image, machine] of [
      ['c7gn.xlarge', 'arm64', 'aarch64'],
      ['g4dn.xlarge', 'x86_64', 'x86_64'],
    ] as const) {
      const template = await json(service('--instance-type', type));
      assert.equal(
        template.Parameters.ImageId?.Default,
        `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${image}`,
      );
      const machines = userDataOf(template, 'none').match(/^ {2}\w+(?=\)$)/gm);
      assert.deepEqual(machines, [`  ${machine}`]);
    }
  });

  test('the role of CI is for one branch or environment of one repository', async () => {
    const branch = ['--branch', 'main'];
    for (const [repository, place, subjects] of [
      [
        'me/api',
        branch,
        ['repo:me/api:ref:refs/heads/main', 'repo:me@*/api@*:ref:refs/heads/main'],
      ],
      ['me@12/api@345', branch, ['repo:me@12/api@345:ref:refs/heads/main']],
      [
        'me/api',
        ['--environment', 'on: stage'],
        ['repo:me/api:environment:on%3A stage', 'repo:me@*/api@*:environment:on%3A stage'],
      ],
    ] as const) {
      const printed = await json(['ci-role', '--repository', repository, ...place]);
      const [trust] = propertiesOf(printed, 'CiRole').AssumeRolePolicyDocument.Statement;
      assert.deepEqual(trust.Condition, {
        StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' },
        StringLike: { 'token.actions.githubusercontent.com:sub': subjects },
      });
    }
  });

  test('what outlives its stack does not stand in the way of a second try to make it', async () => {
    const role = ['ci-role', '--repository', 'me/api', '--branch', 'main'];
    for (const [args, resource] of [
      [['store'], 'Bucket'],
      [role, 'OidcProvider'],
    ] as const) {
      const { Resources } = await json([...args]);
      assert.equal(Resources[resource]?.DeletionPolicy, 'RetainExceptOnCreate');
      assert.equal(Resources[resource]?.UpdateReplacePolicy, 'Retain');
    }
  });

  test('the policies, all by their names or one as it is', async () => {
    const all = await attempt(['policy', '--json']);
    assert.deepEqual(Object.keys(all.json()), [
      ...['ci', 'instance', 'administrator', 'bucket', 'endpoint'],
    ]);
    for (const [name, document] of Object.entries(all.json())) {
      const { stdout } = await attempt(['policy', '--for', name]);
      assert.deepEqual(JSON.parse(stdout), document);
    }
    const guard = ['--instance-role', 'arn:aws:iam::1:role/a', '--vpc-endpoint', 'vpce-1'];
    const { stdout } = await attempt(['policy', '--for', 'bucket', ...guard]);
    assert.match(stdout, /"aws:SourceVpce": \[\n\s+"vpce-1"\n/);
    const china = await attempt(['policy', '--for', 'endpoint', '--region', 'cn-north-1']);
    assert.match(china.stdout, /"arn:aws-cn:s3:::al2023-repos-cn-north-1-de612dc2\/\*"/);
    assert.doesNotMatch(china.stdout, /"arn:aws:/);
  });

  test('without a name, and with a wrong one, the names are listed', async () => {
    const names = ['store', 'ci-role', 'private-service', 'policy'];
    const listed = await attempt([]);
    assert.equal(listed.code, 0);
    assert.deepEqual(
      listed.stdout.split('\n').flatMap((line) => line.split('  ')[0] || []),
      names,
    );
    const wrong = await attempt(['shop']);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /store, ci-role, private-service, policy/);
  });

  test('what makes no sense is refused', async () => {
    const role = ['ci-role', '--repository', 'me/api'];
    const cases: [string[], number, RegExp][] = [
      [['store', '--store', '/mnt/images'], 2, /not in S3/],
      [['store', '--store', `s3://images/${variable('AWS::Region')}`], 2, /cannot be in a policy/],
      [['store', '--store', 's3://images/*'], 2, /cannot be in a policy/],
      [['store', '--port', '81'], 2, /--port is not for the template store/],
      [['policy', '--log-format', 'json'], 2, /--log-format is not for the template policy/],
      [['ci-role', '--branch', 'main'], 2, /No repository/],
      [['ci-role', '--repository', 'me/*', '--branch', 'main'], 2, /No repository/],
      [['ci-role', '--repository', 'me@1/api', '--branch', 'main'], 2, /No repository/],
      [role, 2, /Either a branch or an environment/],
      [[...role, '--branch', 'a', '--environment', 'b'], 2, /Either a branch or an environment/],
      [[...role, '--branch', '*'], 2, /cannot be in a policy/],
      [['private-service'], 2, /No image is given/],
      [service('--port', '0'), 2, /not a port/],
      [service('--port', '65536'), 2, /not a port/],
      [service('--health-path', 'health'), 2, /not a path/],
      [service('--instance-type', 'small'), 2, /no type of instance/],
      [service('--on-change', 'x'.repeat(16_384)), 2, /EC2 takes 16384/],
      [service('--agent-version', '9.9.9'), 3, /9\.9\.9 is not in the store/],
    ];
    for (const [args, code, message] of cases) {
      const ended = await attempt(args);
      assert.match(ended.stderr, message);
      assert.equal(ended.code, code, ended.stderr);
      assert.equal(ended.stdout, '');
    }
    for (const name of ['policy', 'private-service']) {
      const ended = await attempt([name], { WHERRY_STORE: undefined });
      assert.equal(ended.code, 2);
      assert.match(ended.stderr, /No store is given/);
    }
    const { json: bucketless } = await attempt(['store', '--json'], { WHERRY_STORE: undefined });
    assert.equal(bucketless().Parameters.BucketName.Default, undefined);
  });
});
