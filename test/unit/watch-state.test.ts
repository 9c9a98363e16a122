import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readStates, StateFile } from '../../agent/watch/state-file.ts';
import { newTagState, type TagState } from '../../agent/watch/tag-state.ts';
import { digestOf } from '../../shared/digest.ts';
import { tempFolder } from '../support/temp.ts';

const digest = digestOf(Buffer.from('image'));
const full: TagState = {
  current: { digest, image: digest, since: '2026-11-23T00:00:00Z' },
  rollout: {
    ...{ reason: 'rollback', step: 'hook', digest, sequence: 7, image: digest, previous: digest },
    child: { pid: 1, identity: 'x' },
  },
  quarantined: { digest, sequence: 7, time: 'then', message: 'bad' },
  wave: { sequence: 8, since: 'then', held: 'failed' },
  kept: [{ digest, image: digest }],
  healthy: false,
  error: { time: 'then', message: 'bad' },
};
const never = () => assert.fail('nothing is damaged');

test('what was kept is there for the next one, for each tag', async (t) => {
  const path = join(await tempFolder(t), 'state.json');
  const file = await StateFile.open(path, never);
  assert.deepEqual(file.get('api:1'), newTagState);
  await Promise.all([file.update('api:1', full), file.update('web:1', { healthy: true })]);
  const next = await StateFile.open(path, never);
  assert.deepEqual(next.get('api:1'), full);
  assert.equal(next.get('web:1').healthy, true);
  await next.update('api:1', { rollout: undefined });
  assert.deepEqual((await readStates(path))?.['api:1']?.current, full.current);
  assert.equal((await readStates(path))?.['api:1']?.rollout, undefined);
});

test('a damaged one is set aside, told, and begun anew', async (t) => {
  const bad = [
    '',
    '{"wherry":1,"tags":{"api:1":{',
    '{"wherry":2,"tags":{}}',
    'null',
    JSON.stringify({ wherry: 1, tags: { a: { ...full, kept: undefined } } }),
    JSON.stringify({ wherry: 1, tags: { a: { ...full, current: { digest } } } }),
    JSON.stringify({
      wherry: 1,
      tags: { a: { ...full, rollout: { ...full.rollout, step: 'x' } } },
    }),
    JSON.stringify({
      wherry: 1,
      tags: { a: { ...full, rollout: { ...full.rollout, image: null } } },
    }),
    JSON.stringify({ wherry: 1, tags: { a: { ...full, quarantined: { digest } } } }),
    JSON.stringify({ wherry: 1, tags: { a: { ...full, wave: {} } } }),
  ];
  for (const content of bad) {
    const folder = await tempFolder(t);
    const path = join(folder, 'state.json');
    await writeFile(path, content);
    await assert.rejects(readStates(path), { code: 'BAD_INPUT' }, content);
    const told: string[] = [];
    const file = await StateFile.open(path, (_, aside) => told.push(aside));
    assert.deepEqual(told, [`${path}.damaged`]);
    assert.equal(await readFile(`${path}.damaged`, 'utf8'), content);
    assert.deepEqual(file.get('a'), newTagState);
    assert.deepEqual(await readStates(path), {});
  }
});

test('a change that cannot be written does not count, and the old state stays', async (t) => {
  const folder = join(await tempFolder(t), 'below');
  await mkdir(folder);
  const path = join(folder, 'state.json');
  const file = await StateFile.open(path, never);
  await file.update('api:1', { healthy: true });
  await mkdir(`${path}.new`);
  await assert.rejects(file.update('api:1', { healthy: false }), { code: 'ACCESS_DENIED' });
  assert.equal(file.get('api:1').healthy, true);
  assert.equal((await readStates(path))?.['api:1']?.healthy, true);
  await rm(`${path}.new`, { recursive: true });
  await file.update('api:1', { healthy: false });
  assert.equal((await readStates(path))?.['api:1']?.healthy, false);
  assert.deepEqual(await readdir(folder), ['state.json']);
});
