import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  readAnnotations,
  readRepoTags,
  writeAnnotations,
  writeRepoTags,
} from '../../shared/archive/references.ts';

const name = 'io.containerd.image.name';
const refName = 'org.opencontainers.image.ref.name';

test('annotations give references in the familiar form', () => {
  for (const [annotations, references] of [
    [{ [name]: 'docker.io/library/app:2', [refName]: '2' }, ['app:2']],
    [{ [name]: 'docker.io/team/app:2' }, ['team/app:2']],
    [{ [refName]: 'registry.test:5000/app:2' }, ['registry.test:5000/app:2']],
    [{ [refName]: 'app:2' }, ['app:2']],
    [{ [refName]: 'team/app' }, ['team/app:latest']],
    [{ [refName]: 'latest' }, []],
    [{ [refName]: 'app:Not A Tag' }, []],
    [{ [name]: `app@sha256:${'0'.repeat(64)}` }, []],
    [{}, []],
    [null, []],
  ] as const) {
    assert.deepEqual(readAnnotations(annotations), references, JSON.stringify(annotations));
  }
});

test('what is written is read', () => {
  for (const reference of ['app:2', 'team/app:v1.0', 'registry.test:5000/team/app:latest']) {
    assert.deepEqual(readAnnotations(writeAnnotations(reference)), [reference]);
    assert.deepEqual(readRepoTags(writeRepoTags([reference])), [reference]);
  }
  assert.equal(writeRepoTags([]), null);
  assert.deepEqual(readRepoTags(null), []);
  assert.deepEqual(readRepoTags(['<none>:<none>', 'docker.io/library/app:1']), ['app:1']);
});

test('what is no reference cannot be written', () => {
  assert.throws(() => writeAnnotations('App:1'), { code: 'BAD_INPUT' });
  assert.throws(() => writeRepoTags(['App:1']), { code: 'BAD_INPUT' });
});
