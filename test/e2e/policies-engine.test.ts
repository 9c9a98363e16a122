import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { openDockerEngine } from '../../shared/engine/docker.ts';
import { startAgent } from '../support/agent.ts';
import { noEngine, startTestEngine } from '../support/engine.ts';
import { type Party, parties, startGuardedS3, tarballFolder } from '../support/guarded-s3.ts';
import { archiveOf } from '../support/image/archive.ts';
import { helloImage } from '../support/image/hello.ts';
import { layouts } from '../support/image/layouts.ts';
import { run } from '../support/program.ts';
import { tempFolder } from '../support/temp.ts';

suite('who may run what, of what takes an engine', { skip: noEngine }, async () => {
  const s3 = await startGuardedS3({ after });
  const dockerHost = await startTestEngine({ after }, 'policies');
  const engine = await openDockerEngine({ env: { DOCKER_HOST: dockerHost } });
  const image = await helloImage({ greeting: 'Hello.\n' });
  await engine.load(archiveOf(await layouts.oci([{ image, references: ['hello:1'] }])));
  const runAs = (who: Party, program: 'wherry' | 'wherry-agent', ...args: string[]) =>
    run(program, args, { env: { ...s3.envOf(who), DOCKER_HOST: dockerHost } });

  for (const folder of [s3.store, `s3://images/${tarballFolder}`]) {
    test(`save and load in ${folder}`, async () => {
      for (const who of parties) {
        const tarball = `${folder}/${who}.tar.zst`;
        const saved = await runAs(who, 'wherry', 'save', 'hello:1', tarball);
        const mayWrite = who !== 'instance' && who !== 'stray';
        assert.equal(saved.code, mayWrite ? 0 : 5, `${who}: ${saved.stderr}`);
        if (!mayWrite)
          assert.match(saved.stderr, new RegExp(`Could not store .*${who}.tar.zst in`));
        const loaded = await runAs(who, 'wherry-agent', 'load', `${folder}/owner.tar.zst`);
        assert.equal(loaded.code, who === 'stray' ? 5 : 0, `${who}: ${loaded.stderr}`);
        if (who === 'stray')
          assert.match(loaded.stderr, /Could not read .*owner.tar.zst.sha256 in/);
      }
    });
  }

  test('watch: the instance pulls, and its heartbeat comes; a stray is told why not', async (t) => {
    const pushed = await runAs('ci', 'wherry', 'push', 'hello:1');
    assert.equal(pushed.code, 0, pushed.stderr);
    const watch = async (who: Party) => {
      const state = join(await tempFolder(t), 'state.json');
      const options = ['hello:1', '--host', who, '--state', state, '--interval', '300ms'];
      const env = { ...s3.envOf(who), DOCKER_HOST: dockerHost, PATH: process.env.PATH };
      return startAgent(t, [...options, '--on-change', 'true'], env);
    };
    const stray = await watch('stray');
    const instance = await watch('instance');
    await instance.said('released');
    const waited = await runAs('ci', 'wherry', 'fleet', 'hello:1', '--wait', '--json');
    assert.equal(waited.code, 0, waited.stderr);
    assert.deepEqual(
      waited.json().hosts.map(({ host }: { host: string }) => host),
      ['instance'],
    );
    const { error } = await stray.said('no-heartbeat');
    assert.match(error, /Could not store fleet\/hello:1\/stray in .*: access denied/);
    for (const agent of [stray, instance]) assert.equal((await agent.kill('SIGTERM')).code, 0);
  });
});
