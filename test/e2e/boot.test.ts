import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import Docker from 'dockerode';
import { openDockerEngine } from '../../shared/engine/docker.ts';
import { builtAgent } from '../boot/built-agent.ts';
import { deployScript } from '../boot/deploy.ts';
import { type Machine, startMachine } from '../boot/machine.ts';
import { type BootRoot, bootRootsMissing } from '../boot/roots.ts';
import { systemctlStandIn } from '../boot/systemctl.ts';
import { removeImages } from '../engines/transfer-store.ts';
import { startImdsServer } from '../imds/server.ts';
import { noEngine, startTestEngine } from '../support/engine.ts';
import { bytesOf } from '../support/image/bytes.ts';
import { helloImage } from '../support/image/hello.ts';
import { writeLayout } from '../support/image/layouts.ts';
import { serviceImage, whyNoService } from '../support/image/service.ts';
import { freePort } from '../support/probe.ts';
import { run } from '../support/program.ts';
import { accessKeyId, secretAccessKey, startTestS3 } from '../support/s3.ts';
import { pushArchive } from '../support/store.ts';
import type { Cleanup } from '../support/temp.ts';

const missing = await bootRootsMissing();
const skip = noEngine || (missing ? `LEFT OUT: fresh machines, for ${missing}` : false);

/** What an instance's role gives. */
const instance = {
  accessKeyId: 'ASIAWHERRYTEST000002',
  secretAccessKey: 'test/instance+secret',
  sessionToken: 'test//session+token==',
  readOnly: true,
};
const installed = ['/usr/local/bin/wherry-agent', '/etc/systemd/system/wherry-agent.service'];

suite('a machine without Node that boots with the script of user-data', { skip }, async () => {
  const s3 = await startTestS3(
    { after },
    { credentials: [{ accessKeyId, secretAccessKey }, instance] },
  );
  const imds = await startImdsServer({ credentials: instance });
  after(() => imds.close());
  Object.assign(process.env, s3.env);
  const store = 's3://images/our team';
  const env = { ...s3.env, WHERRY_STORE: store };
  const host = await startTestEngine({ after }, 'boot');
  const engine = await openDockerEngine({ env: { DOCKER_HOST: host } });
  const image = await helloImage({ greeting: 'Booted.\n' });
  const archive = await bytesOf(
    await writeLayout({ image, references: ['api:production'] }, 'oci'),
  );
  await pushArchive(store, 'api:production', archive);

  const published = await run('wherry', ['publish-agent', '--from', await builtAgent()], { env });
  assert.equal(published.code, 0, published.stderr);
  const args = ['user-data', '--image', 'api:production', '--arch', 'x64'];
  const printed = await run('wherry', args, { env });
  assert.equal(printed.code, 0, printed.stderr);
  const script = printed.stdout;

  async function machine(t: Cleanup, root: BootRoot) {
    const made = await startMachine(t, root, host);
    await made.write('/usr/bin/systemctl', systemctlStandIn, 0o755);
    return made;
  }
  async function boot(fresh: Machine, text = script) {
    await fresh.write('/root/user-data', text, 0o755);
    return fresh.run(['/root/user-data'], { AWS_EC2_METADATA_SERVICE_ENDPOINT: imds.url });
  }

  for (const [root, way] of [
    ['curl', /fetching s3:\/\/images\/our team\/agent\/.* with curl/],
    ['aws', /fetching .* with the aws command line/],
  ] as const) {
    test(`with ${root}: installed and started; run again, nothing changes`, async (t) => {
      const fresh = await machine(t, root);
      assert.notEqual((await fresh.run(['sh', '-c', 'command -v node'])).code, 0);
      await removeImages(engine);
      const first = await boot(fresh);
      assert.equal(first.code, 0, first.stderr + first.stdout);
      assert.match(first.stdout, way);
      const found = await engine.inspect('api:production');
      assert.equal(found?.id, image.id);
      assert.match((await fresh.read(installed[1] ?? '')) ?? '', /"watch" "api:production"/);
      const asked = await fresh.read('/var/lib/systemctl/asked');
      assert.match(
        asked ?? '',
        /^daemon-reload\n(.*\n)*enable wherry-agent\nrestart wherry-agent$/m,
      );

      s3.requests.reset();
      const before = await fresh.run(['stat', '--format=%n %i %y %z', ...installed]);
      const again = await boot(fresh);
      assert.equal(again.code, 0, again.stderr);
      assert.match(again.stdout, /nothing was to be done/);
      assert.equal(s3.requests.count(), 0);
      const after = await fresh.run(['stat', '--format=%n %i %y %z', ...installed]);
      assert.equal(after.stdout, before.stdout);
      const since = (await fresh.read('/var/lib/systemctl/asked'))?.slice(asked?.length);
      assert.equal(since, 'is-enabled --quiet wherry-agent\nis-active --quiet wherry-agent\n');
    });
  }

  const without = { skip: await whyNoService() };
  test(
    'it ends with the service running, and run again the same container runs',
    without,
    async (t) => {
      const port = await freePort();
      const service = await serviceImage('booted', port, true);
      const bytes = await bytesOf(
        await writeLayout({ image: service, references: ['web:1'] }, 'oci'),
      );
      await pushArchive(store, 'web:production', bytes);
      const options = ['--on-change', '/usr/local/bin/deploy', '--health', 'container:booted'];
      const web = ['user-data', '--image', 'web:production', '--arch', 'x64', ...options];
      const { stdout } = await run('wherry', web, { env });
      const fresh = await machine(t, 'curl');
      await fresh.write('/usr/local/bin/deploy', deployScript, 0o755);
      const container = new Docker({ socketPath: host.replace('unix://', '') }).getContainer(
        'booted',
      );
      t.after(() => container.remove({ force: true }));

      const first = await boot(fresh, stdout);
      assert.equal(first.code, 0, first.stderr + first.stdout);
      const page = async () => (await fetch(`http://127.0.0.1:${port}/`)).text();
      assert.equal(await page(), 'booted');
      const { Id, State } = await container.inspect();
      assert.equal(State.Health?.Status, 'healthy');
      const again = await boot(fresh, stdout);
      assert.match(again.stdout, /nothing was to be done/);
      assert.equal((await container.inspect()).Id, Id);
      assert.equal(await page(), 'booted');
    },
  );

  for (const what of ['packed', 'plain']) {
    test(`a wrong SHA-256 of what is ${what} stops it before anything is installed`, async (t) => {
      const fresh = await machine(t, 'curl');
      const sum = new RegExp(`(${what}_sum=')(.)`);
      const other = (_: string, start: string, digit: string) => start + (digit === '0' ? 1 : 0);
      const ended = await boot(fresh, script.replace(sum, other));
      assert.equal(ended.code, 1, ended.stdout);
      assert.match(ended.stderr, /has another SHA-256 .* Nothing was installed/);
      for (const path of installed) assert.equal(await fresh.read(path), undefined);
      assert.equal(await fresh.read('/var/lib/systemctl/asked'), undefined);
      const left = await fresh.run(['ls', '/tmp']);
      assert.equal(left.stdout, '');
    });
  }

  test('without Docker it says that it must be in the machine image', async (t) => {
    const fresh = await startMachine(t, 'curl');
    await fresh.run(['rm', '/usr/sbin/dockerd']);
    const ended = await boot(fresh);
    assert.equal(ended.code, 1);
    assert.match(ended.stderr, /^wherry: There is no Docker\. .*\(debian\).* machine image\.\n$/);
  });

  test('a version that follows replaces the first, and the agent is started again', async (t) => {
    const fresh = await machine(t, 'curl');
    assert.equal((await boot(fresh)).code, 0);
    const ended = await boot(fresh, script.replace('RestartSec=5', 'RestartSec=6'));
    assert.equal(ended.code, 0, ended.stderr);
    assert.match(ended.stdout, /is installed\n.*installed the unit .*\n.*starting wherry-agent/);
  });
});
