import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { delimiter, join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { agentUnit } from '../../../cli/boot/unit.ts';
import { fakeEngine } from '../../engines/fake-engine.ts';
import { listenOn } from '../../support/listen.ts';
import { run } from '../../support/program.ts';
import { startTestS3 } from '../../support/s3.ts';
import { tempFolder } from '../../support/temp.ts';
import { examine, pushSample } from './examine.ts';

/** What systemctl shows of a unit that is well, and what tests change of it. */
const running = {
  LoadState: 'loaded',
  UnitFileState: 'enabled',
  ActiveState: 'active',
  SubState: 'running',
  Result: 'success',
  NRestarts: '0',
};

/** The agent's doctor, where all else is well, with a systemctl that shows and enables one unit. */
async function machine(t: TestContext, shown: Partial<typeof running>) {
  const s3 = await startTestS3(t);
  const folder = await tempFolder(t, 'systemd');
  const unit = join(folder, 'unit');
  const lines = Object.entries({ ...running, ...shown }).map((pair) => pair.join('='));
  await writeFile(unit, `${lines.join('\n')}\n`);
  const script = `#!/bin/sh
case $1 in
  show) cat ${unit} ;;
  enable) sed -i s/^UnitFileState=.*/UnitFileState=enabled/ ${unit} ;;
  restart) sed -i s/^ActiveState=.*/ActiveState=active/ ${unit} ;;
esac
`;
  await writeFile(join(folder, 'systemctl'), script, { mode: 0o755 });
  const engine = await fakeEngine(({ url = '' }, response) => {
    if (url.includes('/images/json')) response.end('[]');
    else response.end('{}');
  });
  t.after(() => engine[Symbol.asyncDispose]());
  const PATH = [folder, process.env.PATH].join(delimiter);
  const env = { ...s3.env, WHERRY_STORE: 's3://images', DOCKER_HOST: engine.host, PATH };
  await pushSample(env);
  const look = async (
    args: string[] = [],
    enter: string[] = [],
    more: Record<string, string | undefined> = {},
  ) => {
    const examined = await examine('wherry-agent', args, { ...env, ...more }, { enter });
    const troubles = examined.findings.filter(({ remedy }) => remedy !== undefined);
    return { ...examined, codes: troubles.map(({ code }) => code), troubles };
  };
  return { look, env, url: s3.url, systemctl: join(folder, 'systemctl') };
}

function runs(command: string, ...args: string[]): void {
  execFileSync(command, args);
}

suite('doctor, where the machine is not what it should be', { concurrency: 2 }, () => {
  test('all is well', async (t) => {
    const { look } = await machine(t, {});
    const { code, codes, findings } = await look(['api:1']);
    assert.deepEqual(codes, []);
    assert.equal(code, 0);
    const levels = Object.fromEntries(findings.map(({ check, level }) => [check, level]));
    assert.equal(levels.systemd, 'ok');
    assert.equal(levels.heartbeat, 'ok');
  });

  test('UNIT_MISSING is a warning, for a pull needs none', async (t) => {
    const { look } = await machine(t, { LoadState: 'not-found', ActiveState: 'inactive' });
    const { code, codes } = await look();
    assert.deepEqual(codes, ['UNIT_MISSING']);
    assert.equal(code, 0);
  });

  test('UNIT_STOPPED, until it is started again as the remedy says', async (t) => {
    const { look, systemctl } = await machine(t, { ActiveState: 'failed', Result: 'exit-code' });
    const { code, codes, troubles } = await look();
    assert.deepEqual(codes, ['UNIT_STOPPED']);
    assert.equal(code, 1);
    assert.match(troubles[0]?.sentence ?? '', /it is failed \(running, exit-code\)/);
    const [, command = ''] =
      /"systemctl (restart wherry-agent)"/.exec(troubles[0]?.remedy ?? '') ?? [];
    runs(systemctl, ...command.split(' '));
    assert.deepEqual((await look()).codes, []);
  });

  test('UNIT_STOPPED while systemd only starts it over and over', async (t) => {
    const { look } = await machine(t, { ActiveState: 'activating', SubState: 'auto-restart' });
    assert.deepEqual((await look()).codes, ['UNIT_STOPPED']);
  });

  test('UNIT_DISABLED, until it is enabled as the remedy says', async (t) => {
    const { look, systemctl } = await machine(t, { UnitFileState: 'disabled' });
    const { code, codes } = await look();
    assert.deepEqual(codes, ['UNIT_DISABLED']);
    assert.equal(code, 0);
    runs(systemctl, 'enable', 'wherry-agent');
    assert.deepEqual((await look()).codes, []);
  });

  test('IMAGE_MISSING, until it is one that is there', async (t) => {
    const { look } = await machine(t, {});
    const { code, codes } = await look(['api:9']);
    assert.deepEqual(codes, ['IMAGE_MISSING']);
    assert.equal(code, 3);
    assert.deepEqual((await look(['api:1'])).codes, []);
  });

  const isRoot = process.getuid?.() === 0;
  const skip = isRoot ? false : 'LEFT OUT: only root can have an /etc of its own';
  test('without --store it looks at that of the service, and says so', { skip }, async (t) => {
    const { look, env, url } = await machine(t, {});
    const etc = await copyEtc(t);
    await mkdir(join(etc, 'systemd/system'), { recursive: true });
    const place = ['--store', 's3://images', '--region', 'us-east-1', '--endpoint-url', url];
    const unit = '/etc/systemd/system/wherry-agent.service';
    await writeFile(join(etc, unit.slice(5)), agentUnit(['watch', 'api:1', ...place], 300_000));
    const bare = { WHERRY_STORE: undefined, AWS_ENDPOINT_URL: undefined, AWS_REGION: undefined };
    const { codes, document } = await look([], withEtc(etc), bare);
    assert.deepEqual(codes, []);
    assert.equal(document.store, 's3://images');
    assert.deepEqual(document.service, { unit, options: place });
    const elsewhere = await look(['--region', 'eu-west-3'], withEtc(etc), bare);
    assert.deepEqual(elsewhere.codes, ['REGION_WRONG']);
    const options = { env: { ...env, ...bare }, enter: withEtc(etc) };
    const { stdout } = await run('wherry-agent', ['doctor'], options);
    const told = `What the service of this machine is told, in ${unit}:\n  ${place.join(' ')}\n\n`;
    assert.equal(stdout.slice(0, told.length), told);
  });

  test('PACKAGES_UNREACHABLE, then PACKAGES_DENIED, on Amazon Linux', { skip }, async (t) => {
    const { look } = await machine(t, {});
    let status: number | undefined;
    const server = createServer((request, response) => {
      if (status === undefined) request.socket.destroy();
      else response.writeHead(status).end();
      asked.push(request.url ?? '');
    });
    const asked: string[] = [];
    const port = await listenOn(t, server);
    const etc = await amazonLinux(t, `http://127.0.0.1:${port}/$awsregion`);
    const enter = withEtc(etc);
    const unreachable = await look([], enter);
    assert.deepEqual(unreachable.codes, ['PACKAGES_UNREACHABLE']);
    assert.equal(unreachable.code, 8);
    status = 403;
    const denied = await look([], enter);
    assert.deepEqual(denied.codes, ['PACKAGES_DENIED']);
    assert.equal(denied.code, 5);
    assert.match(denied.troubles[0]?.remedy ?? '', /^Allow s3:GetObject on arn:aws:s3:::/);
    status = 200;
    assert.deepEqual((await look([], enter)).codes, []);
    assert.match(asked[0] ?? '', /^\/eu-west-1\/core\/mirrors\/latest\/\w+\/mirror\.list$/);
  });
});

/** Has a program run with another /etc than this machine's. */
const withEtc = (etc: string) => [
  ...['unshare', '--mount', 'sh', '-ec', 'mount --bind "$0" /etc; exec "$@"', etc],
];

/** A copy of what a program needs of /etc. @returns its folder */
async function copyEtc(t: TestContext): Promise<string> {
  const etc = join(await tempFolder(t, 'etc'), 'etc');
  await mkdir(etc);
  for (const name of ['passwd', 'group', 'hosts', 'nsswitch.conf', 'resolv.conf', 'ssl']) {
    await cp(join('/etc', name), join(etc, name), { recursive: true }).catch(() => {});
  }
  return etc;
}

/** Such a copy that is one of Amazon Linux 2023, with its mirrors there. @returns its folder */
async function amazonLinux(t: TestContext, mirrors: string): Promise<string> {
  const etc = await copyEtc(t);
  await writeFile(join(etc, 'os-release'), 'NAME="Amazon Linux"\nVERSION="2023"\nID="amzn"\n');
  await mkdir(join(etc, 'yum.repos.d'));
  const list = `${mirrors}/core/mirrors/$releasever/$basearch/mirror.list`;
  await writeFile(join(etc, 'yum.repos.d/amazonlinux.repo'), `[amazonlinux]\nmirrorlist=${list}\n`);
  await mkdir(join(etc, 'dnf/vars'), { recursive: true });
  await writeFile(join(etc, 'dnf/vars/awsregion'), 'eu-west-1\n');
  return etc;
}
