import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import Docker from 'dockerode';
import { builtAgent } from '../boot/built-agent.ts';
import { bootRootsMissing } from '../boot/roots.ts';
import { whyNoService } from '../support/image/service.ts';
import type { LogLine } from '../support/log-lines.ts';
import { bucketName, type Family } from './addresses.ts';
import { deployScript } from './deploy.ts';
import { judge } from './judge.ts';
import { networkMissing } from './requirements.ts';
import { startScene } from './scene.ts';

const missing = (await networkMissing()) ?? (await bootRootsMissing());
const skip = missing ? `LEFT OUT: the private network, for ${missing}` : await whyNoService();

const service = [
  ...['--on-change', '/usr/local/bin/deploy', '--health', 'container:api', '--host', 'private-1'],
  ...['--interval', '1s', '--heartbeat', '2s', '--log-format', 'json'],
];

/** From CI to the answer at the gateway, over a network of one family, and back from a bad release. */
export function tellStory(family: Family): void {
  suite(`a private instance with ${family} alone`, { skip }, async () => {
    const agent = await builtAgent();
    const scene = await startScene({ after }, family);
    const { ci, instance, gateway, log, network } = scene;
    const { at } = network;
    const answers = async (...expected: string[]) => {
      const last = ({ answers: told }: { answers: string[] }) => told.at(-1) === expected.at(-1);
      assert.deepEqual((await gateway.until(last)).answers, expected);
    };
    const fits = (digest: string) => (line: LogLine) => line.digest === digest;
    const release = async (version: string): Promise<string> => {
      const { digest } = await ci.wherry('push', `api:${version}`, '--as', 'api:production');
      return digest;
    };
    const standing = async () => {
      const { json } = await ci.tries('fleet', 'api:production', '--json');
      const [{ host, digest, standing, health }] = json().hosts;
      return { host, digest, standing, health };
    };
    const digests = { one: '', two: '', bad: '' };

    test('CI publishes the agent and an image, and prints the script', async () => {
      await ci.build('one');
      await ci.wherry('publish-agent', '--from', agent);
      digests.one = await release('one');
      const args = ['--image', 'api:production', '--arch', process.arch];
      const { script } = await ci.wherry('user-data', ...args, ...service);
      await instance.write('/root/user-data', script, '755');
    });

    test('at its first boot the instance installs the agent, and the gateway is answered', async () => {
      assert.notEqual((await instance.run(['sh', '-c', 'command -v node'])).code, 0);
      const booted = await instance.run(['/root/user-data']);
      assert.equal(booted.code, 0, booted.stderr + booted.stdout);
      await log.said('released', fits(digests.one));
      await answers('one');
      const docker = new Docker({ socketPath: instance.docker.replace('unix://', '') });
      const { State } = await docker.getContainer('api').inspect();
      assert.equal(State.Health?.Status, 'healthy');
    });

    test('a release is deployed', async () => {
      await ci.build('two');
      digests.two = await release('two');
      await log.said('released', fits(digests.two));
      await answers('one', 'two');
    });

    test('from a bad one it goes back, and the gateway hears of the good one only', async () => {
      const before = await gateway.now();
      await ci.build('bad', false);
      digests.bad = await release('bad');
      await log.said('failed', fits(digests.bad));
      await log.said('rolled-back', fits(digests.two));
      assert.deepEqual(await gateway.now(), before);
    });

    test('from one that is bad when it serves it goes back by its health', async () => {
      await instance.write('/usr/local/bin/deploy', deployScript, '755');
      await ci.build('worse', false);
      digests.bad = await release('worse');
      const { error } = await log.said('failed', fits(digests.bad));
      assert.match(`${error}`, /api is unhealthy/);
      await log.said('rolled-back', fits(digests.two));
      await answers('one', 'two', 'worse', 'two');
    });

    test('CI is told so by the fleet', async () => {
      const waited = await ci.tries('fleet', 'api:production', '--wait', '--timeout', '2m');
      assert.equal(waited.code, 1, waited.stderr);
      const back = { host: 'private-1', digest: digests.two, health: 'healthy' };
      assert.deepEqual(await standing(), { ...back, standing: 'failed' });
    });

    test('what is promoted from staging to production is deployed', async () => {
      await ci.build('three');
      const { digest } = await ci.wherry('push', 'api:three', '--as', 'api:staging');
      await ci.wherry('promote', 'api:staging', 'api:production', '--yes');
      await log.said('released', fits(digest));
      await answers('one', 'two', 'worse', 'two', 'three');
      const waited = await ci.tries('fleet', 'api:production', '--wait', '--timeout', '2m');
      assert.equal(waited.code, 0, waited.stdout);
      const there = { host: 'private-1', digest, health: 'healthy' };
      assert.deepEqual(await standing(), { ...there, standing: 'current' });
    });

    test('of all that it sent, nothing went elsewhere', async (t) => {
      const { names, metadata } = await scene.vpc.now();
      assert.deepEqual(names, [bucketName]);
      assert.ok(metadata.includes('/latest/meta-data/iam/security-credentials/instance'));
      assert.equal(await scene.unroutable(), 0);
      const elsewhere = await instance.run(['bash', '-c', `echo > /dev/udp/${at.elsewhere}/53`]);
      assert.match(elsewhere.stderr, /Network is unreachable/);
      assert.equal(await scene.unroutable(), 1);
      const { sent, forbidden } = judge(await scene.capture.stop(), at);
      t.diagnostic(`packets sent: ${JSON.stringify(sent)}`);
      assert.deepEqual(forbidden, []);
      for (const [purpose, count] of Object.entries(sent)) assert.ok(count > 0, purpose);
    });
  });
}
