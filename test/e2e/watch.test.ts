import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import Docker from 'dockerode';
import { shortDigest } from '../../shared/digest.ts';
import { openDockerEngine } from '../../shared/engine/docker.ts';
import { type LogLine, startAgent } from '../support/agent.ts';
import { noEngine, startTestEngine } from '../support/engine.ts';
import { bytesOf } from '../support/image/bytes.ts';
import { writeLayout } from '../support/image/layouts.ts';
import { serviceImage, whyNoService } from '../support/image/service.ts';
import { freePort, startProbe } from '../support/probe.ts';
import { run } from '../support/program.ts';
import { startTestS3 } from '../support/s3.ts';
import { pushArchive } from '../support/store.ts';
import { tempFolder } from '../support/temp.ts';

const skip = noEngine || (await whyNoService());

suite('a rollout by the real agent, of a real container', { skip }, async () => {
  const s3 = await startTestS3({ after });
  Object.assign(process.env, s3.env);
  const folder = await tempFolder({ after });
  const dockerHost = await startTestEngine({ after }, 'watch');
  const env = {
    ...s3.env,
    PATH: process.env.PATH,
    WHERRY_STORE: 's3://images/watch',
    DOCKER_HOST: dockerHost,
  };
  const state = join(folder, 'state.json');
  const port = await freePort();
  const docker = new Docker({ socketPath: dockerHost.replace('unix://', '') });
  const engine = await openDockerEngine({ env });
  const redeploy = join(import.meta.dirname, '../support/redeploy.ts');
  const hook = `${process.execPath} ${redeploy} api`;
  const options = [
    ...['api:production', '--state', state, '--host', 'web-1', '--interval', '300ms'],
    ...['--on-change', hook, '--health', 'container:api', '--health-timeout', '30s', '--keep', '1'],
  ];
  const release = async (version: string, healthy = true) => {
    const image = await serviceImage(version, port, healthy);
    const archive = await bytesOf(await writeLayout({ image, references: ['api:x'] }, 'oci'));
    return (await pushArchive(env.WHERRY_STORE, 'api:production', archive)).digest;
  };
  const fleet = (...args: string[]) => run('wherry', ['fleet', 'api:production', ...args], { env });
  const fits = (digest: string) => (line: LogLine) => line.digest === digest;

  test('good, bad, good: gone back from the bad one, and the service answers', async (t) => {
    const agent = await startAgent(t, options, env);
    await agent.said('no-tag');
    const one = await release('one');
    await agent.said('released', fits(one));
    const probe = startProbe(`http://127.0.0.1:${port}/`);

    const bad = await release('bad', false);
    await agent.said('failed', fits(bad));
    await agent.said('rolled-back', fits(one));
    assert.equal((await docker.getContainer('api').inspect()).State.Health?.Status, 'healthy');
    assert.deepEqual(probe.answers, ['one', 'bad', 'one']);
    const status = (
      await run('wherry-agent', ['status', '--state', state, '--json'], { env })
    ).json();
    assert.equal(status.running, true);
    assert.equal(status.images[0].digest, one);
    assert.equal(status.images[0].quarantined.digest, bad);
    const told = await fleet('--wait', '--timeout', '30s', '--json');
    assert.equal(told.code, 1);
    const [web] = told.json().hosts;
    assert.deepEqual(
      [web.host, web.standing, web.digest, web.wanted],
      ['web-1', 'failed', one, bad],
    );
    assert.match(
      (await fleet()).stdout,
      /web-1 \(api:production\): It is not healthy: api is unhealthy/,
    );

    const two = await release('two');
    const waited = fleet('--wait', '--timeout', '60s');
    await agent.said('released', fits(two));
    assert.equal((await waited).code, 0, (await waited).stdout);
    await probe.stop();
    assert.deepEqual(probe.answers, ['one', 'bad', 'one', 'two']);
    t.diagnostic(`without an answer for ${probe.outages.join(', ')} ms`);
    assert.ok(Math.max(...probe.outages) < 10_000, probe.outages.join());
    const tried = agent.lines.filter(
      ({ event, reason }) => event === 'hook' && reason === 'release',
    );
    assert.deepEqual(
      tried.map(({ digest }) => digest),
      [one, bad, two],
    );
    const names = (await engine.images()).flatMap(({ tags }) => tags).sort();
    const kept = [one, two].map((digest) => `api:wherry.production.${shortDigest(digest)}`);
    assert.deepEqual(names, ['api:production', ...kept].sort());

    const { code, stdout, stderr } = await agent.kill('SIGTERM');
    assert.equal(code, 0, stderr);
    assert.equal(stdout, '');
    const after = await run('wherry-agent', ['status', '--state', state], { env });
    assert.match(after.stdout, /The agent does not run/);
  });

  test('a look at a tag that did not move is one request without a body', async (t) => {
    const agent = await startAgent(t, options, env);
    await agent.said('tag');
    s3.requests.reset();
    while (s3.requests.count({ operation: 'GetObject', status: 304 }) < 4) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.equal(s3.requests.count({ operation: 'GetObject', status: 200 }), 0);
    assert.equal((await agent.kill('SIGTERM')).code, 0);
    assert.equal(agent.lines.filter(({ event }) => event === 'hook').length, 0);
  });

  test('S3 away and back: what runs goes on, and the change is taken', async (t) => {
    const agent = await startAgent(t, options, env);
    await agent.said('tag');
    s3.faults.set([{ action: { type: 'error', code: 'ServiceUnavailable' } }]);
    await agent.said('notice');
    assert.equal((await docker.getContainer('api').inspect()).State.Running, true);
    s3.faults.clear();
    const three = await release('three');
    await agent.said('released', fits(three));
    assert.equal((await agent.kill('SIGTERM')).code, 0);
  });

  test('killed at each step, it goes on from there', async (t) => {
    const steps = ['pulling', 'stage', 'pulled', 'hook', 'hook-ended', 'healthy'];
    for (const [index, step] of steps.entries()) {
      const digest = await release(`killed-${index}`);
      const killed = await startAgent(t, options, env);
      await killed.said(step);
      await killed.kill('SIGKILL');
      const next = await startAgent(t, options, env);
      await next.said('released', fits(digest));
      assert.equal((await next.kill('SIGTERM')).code, 0);
      const inspected = await docker.getContainer('api').inspect();
      assert.equal(inspected.Image, (await engine.inspect('api:production'))?.id, step);
      assert.equal(inspected.State.Running, true);
    }
  });

  test('SIGTERM amid the command: it ends after that, and the next start goes on', async (t) => {
    const marks = join(folder, 'marks');
    const slow = `echo begin >> ${marks}; sleep 1; ${hook}; echo end >> ${marks}`;
    const digest = await release('terminated');
    const agent = await startAgent(t, [...options, '--on-change', slow], env);
    await agent.said('hook');
    const { code, stderr } = await agent.kill('SIGTERM');
    assert.equal(code, 0, stderr);
    assert.equal(await readFile(marks, 'utf8'), 'begin\nend\n');
    const next = await startAgent(t, options, env);
    assert.equal((await next.said('resuming')).step, 'health');
    await next.said('released', fits(digest));
    assert.equal((await next.kill('SIGTERM')).code, 0);
  });

  test('two tags, one command: each is told of its own', async () => {
    const seen = join(folder, 'seen');
    const image = await serviceImage('worker', port, true);
    const archive = await bytesOf(await writeLayout({ image, references: ['w:x'] }, 'oci'));
    const digests = [];
    for (const name of ['one:1', 'two:2']) {
      digests.push((await pushArchive(env.WHERRY_STORE, name, archive)).digest);
    }
    const command = `echo "$WHERRY_IMAGE $WHERRY_DIGEST" >> ${seen}`;
    const args = ['watch', 'one:1', 'two:2', '--state', `${state}.two`, '--on-change', command];
    const once = await run('wherry-agent', [...args, '--once', '--json'], { env });
    assert.equal(once.code, 0, once.stderr);
    assert.deepEqual(
      once.json().images.map(({ reference }: { reference: string }) => reference),
      ['one:1', 'two:2'],
    );
    const lines = (await readFile(seen, 'utf8')).trim().split('\n').sort();
    assert.deepEqual(lines, [`one:1 ${digests[0]}`, `two:2 ${digests[1]}`]);
    const again = await run('wherry-agent', [...args, '--once'], { env });
    assert.equal(again.code, 0, again.stderr);
    assert.equal((await readFile(seen, 'utf8')).trim().split('\n').length, 2);
  });

  test('a second agent with the same state is refused', async (t) => {
    const agent = await startAgent(t, options, env);
    await agent.said('tag');
    const second = await run('wherry-agent', ['watch', ...options], { env });
    assert.equal(second.code, 6);
    assert.match(second.stderr, /Another agent works with the state/);
    assert.equal((await agent.kill('SIGTERM')).code, 0);
  });
});
