import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { PassThrough, type Readable } from 'node:stream';
import { after, afterEach, suite, test } from 'node:test';
import { openDockerEngine } from '../../shared/engine/docker.ts';
import { removeImages } from '../engines/transfer-store.ts';
import { noEngine, startTestEngine } from '../support/engine.ts';
import { bytesOf } from '../support/image/bytes.ts';
import { helloImage } from '../support/image/hello.ts';
import { writeLayout } from '../support/image/layouts.ts';
import { run } from '../support/program.ts';
import { startTestS3 } from '../support/s3.ts';
import { pushArchive } from '../support/store.ts';

const waiting = 'Waiting for another pull on this machine.';
const working = 'Loading into the engine';

suite('two programs at one engine', { skip: noEngine }, async () => {
  const s3 = await startTestS3({ after });
  Object.assign(process.env, s3.env);
  const store = 's3://images/turns';
  const host = await startTestEngine({ after }, 'turns');
  const env = { ...s3.env, WHERRY_STORE: store, DOCKER_HOST: host };
  const engine = await openDockerEngine({ env });
  const image = await helloImage({ greeting: 'One at a time.\n' });
  const archive = await bytesOf(await writeLayout({ image, references: ['by:load'] }, 'oci'));
  await pushArchive(store, 'api:1', archive);
  afterEach(() => removeImages(engine));

  /** Runs a program, and resolves `said` once it has said that on stderr. */
  function start(
    program: 'wherry' | 'wherry-agent',
    args: string[],
    text: string,
    stdin?: Readable,
  ) {
    const said = Promise.withResolvers<ChildProcess>();
    const started = (child: ChildProcess) => {
      let told = '';
      child.stderr?.on('data', (piece) => {
        told += piece;
        if (told.includes(text)) said.resolve(child);
      });
    };
    const result = run(program, args, { env, started, ...(stdin && { stdin }) });
    result.then(({ stderr }) => said.reject(new Error(`It never said "${text}":\n${stderr}`)));
    return { said: said.promise, result };
  }
  const startPull = (text: string) => start('wherry-agent', ['pull', 'api:1', '--json'], text);
  /** Half a load, at work in the engine until it is given the rest. */
  async function startLoad() {
    const stdin = new PassThrough();
    const half = Math.floor(archive.length / 2);
    stdin.write(archive.subarray(0, half));
    const load = start('wherry', ['load', '-'], working, stdin);
    await load.said;
    return async () => {
      stdin.end(archive.subarray(half));
      const { code, stderr } = await load.result;
      assert.equal(code, 0, stderr);
    };
  }

  test('a pull waits for a load, and fetches nothing of what that brought', async () => {
    const finishLoad = await startLoad();
    s3.requests.reset();
    const pull = startPull(waiting);
    await pull.said;
    await finishLoad();
    const { code, stderr, json } = await pull.result;
    assert.equal(code, 0, stderr);
    assert.equal(json().upToDate, true);
    assert.equal(s3.requests.count(), 2);
    assert.equal(stderr.split(waiting).length, 2);
    assert.doesNotMatch(stderr, /ExperimentalWarning/);
    assert.deepEqual((await engine.inspect('api:1'))?.tags.sort(), ['api:1', 'by:load']);
  });

  test('Ctrl-C ends the waiting, and harms nothing', async () => {
    const finishLoad = await startLoad();
    const pull = startPull(waiting);
    (await pull.said).kill('SIGINT');
    assert.equal((await pull.result).code, 130);
    await finishLoad();
    assert.equal((await engine.inspect('by:load'))?.id, image.id);
  });

  test('a pull that is killed holds nobody up', async () => {
    s3.faults.set([
      { match: { operation: 'GetObject', key: /chunks/ }, action: { type: 'never-answer' } },
    ]);
    const killed = startPull(working);
    const child = await killed.said;
    const pull = startPull(waiting);
    await pull.said;
    s3.faults.clear();
    child.kill('SIGKILL');
    assert.equal((await killed.result).code, 'SIGKILL');
    const { code, stderr, json } = await pull.result;
    assert.equal(code, 0, stderr);
    assert.equal(json().upToDate, false);
    assert.equal((await engine.inspect('api:1'))?.id, image.id);
  });
});
