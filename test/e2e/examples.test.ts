import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { startAction } from '../github/action.ts';
import { runWorkflow } from '../github/run-workflow.ts';
import { readWorkflow } from '../github/workflow.ts';
import { runPipeline } from '../gitlab/run-pipeline.ts';
import { dockerCommandMissing, noEngine, startTestEngine } from '../support/engine.ts';
import { exampleProject } from '../support/example-project.ts';
import { run } from '../support/program.ts';
import { startTestS3 } from '../support/s3.ts';
import { runScript } from '../support/script.ts';
import { openTestStore } from '../support/store.ts';
import { tempFolder } from '../support/temp.ts';

const skip = noEngine || dockerCommandMissing();
const examples = join(import.meta.dirname, '../../docs/examples');

suite('the examples of docs/examples', { skip }, async () => {
  // Of its own: whoever shares one also removes what others have in it.
  const host = await startTestEngine({ after }, 'examples');
  const s3 = await startTestS3({ after });
  Object.assign(process.env, s3.env);
  const { AWS_ENDPOINT_URL: endpoint = '', ...credentials } = s3.env;
  const folder = await tempFolder({ after }, 'examples');
  const action = await startAction({ after });
  const project = await exampleProject(folder);
  const env = {
    PATH: project.path,
    HOME: folder,
    DOCKER_HOST: host,
    AWS_ENDPOINT_URL: endpoint,
  };

  const sha = (digit: number) => String(digit).repeat(40);
  const wherry = (...args: string[]) =>
    run('wherry', [...args, '--yes'], { env: { ...env, ...credentials } });
  const tagIn = async (store: string, tag: string) =>
    (await openTestStore(store)).getTag({ repository: 'api', tag });

  function github(store: string) {
    const vars = { WHERRY_STORE: store, AWS_REGION: 'us-east-1' };
    const envOfArm = { PATH: project.pathOfArm };
    const runner = { action, env, envOfArm, credentials, project: project.folder, folder, vars };
    return async (
      file: string,
      digit: number,
      inputs?: Record<string, string>,
      approve?: () => Promise<void>,
    ) => {
      await project.change(`version ${digit}`);
      const workflow = await readWorkflow(join(examples, 'github', file));
      return runWorkflow(workflow, { sha: sha(digit), inputs, approve }, runner);
    };
  }

  test('GitHub: built and pushed', async () => {
    const store = 's3://images/github';
    const [pushed] = await github(store)('build-and-push.yml', 1);
    assert.equal(pushed?.outputs.digest, (await tagIn(store, sha(1)))?.digest);
    assert.equal(pushed?.outputs.digest, (await tagIn(store, 'main'))?.digest);
  });

  test('GitHub: two platforms end in one tag', async () => {
    const store = 's3://images/platforms';
    await github(store)('two-platforms.yml', 1);
    const record = await tagIn(store, 'main');
    assert.deepEqual(record?.platforms, ['linux/amd64', 'linux/arm64']);
    assert.equal(record?.digest, (await tagIn(store, sha(1)))?.digest);
  });

  test('GitHub: promoted as planned, and rolled back', async () => {
    const store = 's3://images/promotion';
    const start = github(store);
    const inputs = (version: string) => ({ version, environment: 'production', note: 'as agreed' });
    for (const digit of [1, 2]) {
      await start('build-and-push.yml', digit);
      const [planned] = await start('promote.yml', digit, inputs(sha(digit)));
      assert.match(planned?.log.annotations[0]?.text ?? '', /^Promote +api:/);
      const found = await tagIn(store, 'production');
      assert.equal(found?.digest, (await tagIn(store, sha(digit)))?.digest);
      assert.equal(found?.note, 'as agreed');
    }
    await start('rollback.yml', 2, { environment: 'production', note: 'carts are broken' });
    const back = await tagIn(store, 'production');
    assert.equal(back?.digest, (await tagIn(store, sha(1)))?.digest);
    assert.equal(back?.note, 'carts are broken');
  });

  test('GitHub: nothing is promoted when the tag moves after the plan', async () => {
    const store = 's3://images/moved';
    const start = github(store);
    for (const digit of [1, 2]) await start('build-and-push.yml', digit);
    const inputs = { version: sha(1), environment: 'production', note: '' };
    const approve = async () => {
      const moved = await wherry('promote', `api:${sha(2)}`, 'api:production', '--store', store);
      assert.equal(moved.code, 0, moved.stderr);
    };
    await assert.rejects(
      start('promote.yml', 1, inputs, approve),
      /ended with 6:.*api:production points to/s,
    );
    const found = await tagIn(store, 'production');
    assert.equal(found?.digest, (await tagIn(store, sha(2)))?.digest);
  });

  test('GitLab: built, pushed, promoted and rolled back', async () => {
    const store = 's3://images/gitlab';
    const pipeline = await readFile(join(examples, 'gitlab/.gitlab-ci.yml'), 'utf8');
    const variables = { ...env, ...credentials, WHERRY_STORE: store };
    const runner = { env: variables, project: project.folder, folder };
    for (const digit of [1, 2]) {
      await project.change(`version ${digit}`);
      await runPipeline(pipeline, ['build', 'push', 'promote'], sha(digit), runner);
      const found = await tagIn(store, 'production');
      assert.equal(found?.digest, (await tagIn(store, sha(digit)))?.digest);
    }
    await runPipeline(pipeline, ['rollback'], sha(2), runner);
    assert.equal((await tagIn(store, 'production'))?.digest, (await tagIn(store, sha(1)))?.digest);
  });

  test('a shell: built, pushed, promoted and rolled back', async () => {
    const store = 's3://images/shell';
    const all = { ...env, ...credentials, WHERRY_STORE: store };
    const script = (line: string) =>
      runScript(`${join(examples, 'shell')}/${line}`, { env: all, cwd: project.folder });
    for (const commit of ['one', 'two']) {
      await project.change(commit);
      const said = await script(`release.sh ${commit}`);
      const pushed = await tagIn(store, commit);
      assert.match(said, new RegExp(`api:${commit} is ${pushed?.digest}\n$`));
      await script(`promote.sh ${commit} --yes`);
      assert.equal((await tagIn(store, 'production'))?.digest, pushed?.digest);
    }
    await script('rollback.sh --yes');
    assert.equal((await tagIn(store, 'production'))?.digest, (await tagIn(store, 'one'))?.digest);
  });
});
