import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ProgressEvent } from '../../shared/events.ts';
import { makeOwnFolder, runtimeFolder } from '../../shared/runtime-folder.ts';
import { inTurn } from '../../shared/transfer/turn.ts';
import { tempFolder } from '../support/temp.ts';

async function place(t: TestContext) {
  const folder = await tempFolder(t);
  const events: ProgressEvent[] = [];
  const told = Promise.withResolvers<'told to wait'>();
  const report = (event: ProgressEvent) => {
    events.push(event);
    if (event.type === 'notice') told.resolve('told to wait');
  };
  return {
    folder,
    events,
    told: told.promise,
    locks: join(folder, 'locks'),
    /** Runs the work at `host` when it is its turn. */
    turn: <T>(host: string, work: () => Promise<T>, locks = join(folder, 'locks')): Promise<T> =>
      inTurn({ engine: { host }, locks }, { report }, work),
  };
}

/** What comes of a second piece of work while a first one is being done. */
async function second({ turn, told }: Awaited<ReturnType<typeof place>>, a: string, b: string) {
  const [inside, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const first = turn(a, () => {
    inside.resolve();
    return over.promise;
  });
  await inside.promise;
  const done = turn(b, async () => 'done' as const);
  const outcome = await Promise.race([done, told]);
  over.resolve();
  await Promise.all([first, done]);
  return outcome;
}

test('two at one engine take turns, and the second says once that it waits', async (t) => {
  const here = await place(t);
  assert.equal(await second(here, 'tcp://10.0.0.7:2376', 'tcp://10.0.0.7:2376'), 'told to wait');
  const text = 'Waiting for another pull on this machine.';
  assert.deepEqual(here.events, [{ type: 'notice', text }]);
});

test('two at two engines do not', async (t) => {
  const here = await place(t);
  assert.equal(await second(here, 'tcp://10.0.0.7:2376', 'tcp://10.0.0.8:2376'), 'done');
  assert.deepEqual(here.events, []);
});

test('a socket is one engine, by whatever path', async (t) => {
  const here = await place(t);
  await writeFile(join(here.folder, 'engine.sock'), '');
  await symlink(here.folder, join(here.folder, 'link'));
  const host = `unix://${here.folder}/engine.sock`;
  const other = `unix://${here.folder}/link/engine.sock`;
  assert.equal(await second(here, host, other), 'told to wait');
});

test("its place is the user's own, and nobody else may read a lock", async (t) => {
  const { turn, locks } = await place(t);
  await turn('unix:///run/docker.sock', async () => {});
  await turn('unix:///run/docker.sock', async () => {});
  const names = await readdir(locks);
  assert.equal(names.length, 1);
  assert.match(names.join(), /^[0-9a-f]{64}\.lock$/);
  assert.equal((await stat(join(locks, names.join()))).mode & 0o777, 0o600);
  assert.equal((await stat(locks)).mode & 0o022, 0);
});

test('where a place cannot be had, the work is done, and debug tells why', async (t) => {
  const { turn, events, folder } = await place(t);
  await mkdir(join(folder, 'real'), { mode: 0o700 });
  await symlink('real', join(folder, 'link'));
  await mkdir(join(folder, 'everybody'));
  await chmod(join(folder, 'everybody'), 0o777);
  await writeFile(join(folder, 'file'), '');
  for (const name of ['link', 'everybody', 'file', 'missing/below']) {
    events.length = 0;
    assert.equal(await turn('unix:///x', async () => 'done', join(folder, name)), 'done');
    assert.equal(events.length, 1);
    assert.equal(events[0]?.type, 'debug');
  }
  assert.deepEqual(await readdir(join(folder, 'real')), []);
  assert.deepEqual(await readdir(join(folder, 'everybody')), []);
});

test('the work is the one that fails, not the taking of turns', async (t) => {
  const { turn } = await place(t);
  await assert.rejects(
    turn('unix:///x', () => Promise.reject(new Error('its own'))),
    /its own/,
  );
  assert.equal(await turn('unix:///x', async () => 'next'), 'next');
});

test("the place is root's, the session's, or the user's own below the temporary folder", () => {
  const env = { XDG_RUNTIME_DIR: '/run/user/1000' };
  assert.equal(runtimeFolder(env, 0), '/run/wherry');
  assert.equal(runtimeFolder(env, 1000), '/run/user/1000/wherry');
  assert.equal(runtimeFolder({}, 1000), join(tmpdir(), 'wherry-1000'));
});

test('making it again is no error', async (t) => {
  const folder = join(await tempFolder(t), 'own');
  await makeOwnFolder(folder);
  await makeOwnFolder(folder);
  assert.ok((await stat(folder)).isDirectory());
});
