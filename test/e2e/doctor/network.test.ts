import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { succeed } from '../../engines/shell.ts';
import { bucketName, type Family, ports } from '../../network/addresses.ts';
import { configure } from '../../network/host.ts';
import { startNetwork } from '../../network/network.ts';
import type { FrontState } from '../../network/programs/front.ts';
import { networkMissing } from '../../network/requirements.ts';
import { startService } from '../../network/service.ts';
import { awsEnvironment } from '../../support/s3.ts';
import { tempFolder } from '../../support/temp.ts';
import { assertFound, type Examined, examine } from './examine.ts';

/** An instance that has a way to S3 and to its own metadata, and no other. */
async function instanceIn(t: TestContext, family: Family) {
  const network = await startNetwork(t, family);
  const { at, instance } = network;
  const folder = await tempFolder(t, 'instance');
  await Promise.all([
    startService(t, network.vpc, 'vpc', at),
    startService(t, network.bucket, 'bucket', { folder: join(folder, 's3'), host: at.bucket }),
  ]);
  const resolv = join(folder, 'resolv.conf');
  const useResolver = (address: string) => writeFile(resolv, `nameserver ${address}\n`);
  await useResolver(at.resolver);
  const [command = '', ...enter] = instance.enter;
  await succeed(command, [...enter, 'mount', '--bind', resolv, '/etc/resolv.conf']);
  const env = {
    ...awsEnvironment(`http://${bucketName}:${ports.s3}`),
    WHERRY_STORE: 's3://images/team',
    AWS_ACCESS_KEY_ID: undefined,
    AWS_SECRET_ACCESS_KEY: undefined,
    AWS_EC2_METADATA_DISABLED: undefined,
  };
  /** What is found before it comes to the engine, of which there is none. */
  const look = async (more: Record<string, string | undefined> = {}, ...args: string[]) => {
    const examined = await examine(
      'wherry-agent',
      args,
      { ...env, ...more },
      { enter: instance.enter },
    );
    const end = examined.findings.findIndex(({ check }) => check === 'image');
    return { ...examined, findings: examined.findings.slice(0, end) };
  };
  return { ...network, useResolver, look };
}

function assertReached({ findings }: Examined): void {
  const troubles = findings.filter(({ level }) => level === 'problem' || level === 'warning');
  assert.deepEqual(troubles, []);
}

const why = await networkMissing();
const skip = why ? `LEFT OUT: there can be no network here, for ${why}` : false;

suite('doctor on an instance in a private network', { skip, concurrency: 2 }, () => {
  test('all that leads to the store is well; what the route tells is told', async (t) => {
    const { look } = await instanceIn(t, 'IPv4');
    const examined = await look();
    assertReached(examined);
    const told = Object.fromEntries(
      examined.findings.map(({ check, sentence }) => [check, sentence]),
    );
    assert.match(told.route ?? '', /no default route: S3 has a route of its own/);
    assert.match(told.credentials ?? '', /from the role \S+ of this instance\.$/);
  });

  test('NAMES_UNANSWERED, until the resolver is that of the VPC', async (t) => {
    const { look, useResolver, at } = await instanceIn(t, 'IPv4');
    await useResolver(at.elsewhere);
    const found = assertFound(await look(), 'NAMES_UNANSWERED', 8);
    const [resolver = ''] = /169\.254\.169\.\d+/.exec(found.remedy ?? '') ?? [];
    await useResolver(resolver);
    assertReached(await look());
  });

  test('NAME_UNKNOWN, until the endpoint is the right one', async (t) => {
    const { look } = await instanceIn(t, 'IPv4');
    const typo = { AWS_ENDPOINT_URL: `http://s3.tset:${ports.s3}` };
    assertFound(await look(typo), 'NAME_UNKNOWN', 8);
    assertReached(await look());
  });

  test('ROUTE_MISSING, until there is one; the remedy names subnet and VPC', async (t) => {
    const { look, instance, at } = await instanceIn(t, 'IPv4');
    await configure(instance, `ip route del ${at.bucket}`);
    const found = assertFound(await look(), 'ROUTE_MISSING', 8);
    assert.match(found.sentence, /\(ENETUNREACH\)/);
    assert.match(found.remedy ?? '', /subnet-\w+ in vpc-\w+/);
    await configure(instance, `ip route add default via ${at.router} dev vpc`);
    assertReached(await look());
  });

  test('ROUTE_SILENT where packets vanish, until the route has an end', async (t) => {
    const { look, vpc, bucket, at } = await instanceIn(t, 'IPv4');
    // What answers the subnet is not there: as without a gateway endpoint in its route table.
    await configure(bucket, `ip route del ${at.instance}`);
    const found = assertFound(await look(), 'ROUTE_SILENT', 8);
    assert.match(
      found.remedy ?? '',
      /S3 gateway endpoint with the route table of subnet-\w+ in vpc-/,
    );
    assert.match(found.remedy ?? '', /com\.amazonaws\.us-east-1\.s3/);
    await configure(bucket, `ip route add ${at.instance} via ${at.router} dev vpc`);
    assertReached(await look());
    assert.ok(vpc);
  });

  test('IPV6_ONLY, until --dual-stack; TLS_INTERCEPTED by who is not Amazon', async (t) => {
    const { look, instance, bucket, at } = await instanceIn(t, 'IPv6');
    await configure(instance, `ip -6 route add default via ${at.router} dev vpc`);
    const old = 'images.s3.us-east-1.amazonaws.com';
    const dual = 'images.s3.dualstack.us-east-1.amazonaws.com';
    const { authority } = await (
      await startService<FrontState>(t, bucket, 'front', {
        url: `http://[${at.bucket}]:${ports.s3}`,
        host: at.bucket,
        names: [dual],
      })
    ).now();
    const [command = '', ...enter] = instance.enter;
    const hosts = `192.0.2.10 ${old}\\n${at.bucket} ${dual}\\n`;
    await succeed(command, [...enter, 'sh', '-c', `printf '${hosts}' >> /etc/hosts`]);
    const aws = { AWS_ENDPOINT_URL: undefined, NODE_EXTRA_CA_CERTS: authority };
    const found = assertFound(await look(aws), 'IPV6_ONLY', 8);
    assert.match(found.remedy ?? '', /--dual-stack/);
    const reached = await look(aws, '--dual-stack');
    const troubles = reached.findings.filter(({ remedy }) => remedy !== undefined);
    assert.deepEqual(
      troubles.map(({ code, level }) => `${code} ${level}`),
      ['TLS_INTERCEPTED warning'],
    );
    assert.match(troubles[0]?.sentence ?? '', /is of Inspection Ltd, not of Amazon/);
  });
});
