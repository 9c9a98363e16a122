import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatReference,
  fullName,
  parseReference,
  parseTagReference,
} from '../../shared/image/reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;

test('references as Docker reads them', () => {
  const cases: [string, string, string | undefined, string | undefined][] = [
    ['api', 'api', undefined, undefined],
    ['api:1.2', 'api', '1.2', undefined],
    [`api@${digest}`, 'api', undefined, digest],
    [`api:1@${digest}`, 'api', '1', digest],
    ['docker.io/library/api:1', 'api', '1', undefined],
    ['index.docker.io/library/api', 'api', undefined, undefined],
    ['docker.io/team/api', 'team/api', undefined, undefined],
    ['localhost:5000/api:1', 'localhost:5000/api', '1', undefined],
    ['localhost:5000/api', 'localhost:5000/api', undefined, undefined],
    ['Registry.Example.com/a_b/c-d.e', 'Registry.Example.com/a_b/c-d.e', undefined, undefined],
    ['[::1]:5000/api:1', '[::1]:5000/api', '1', undefined],
  ];
  for (const [text, repository, tag, found] of cases) {
    assert.deepEqual(parseReference(text), { repository, tag, digest: found }, text);
  }
});

test('what Docker refuses is refused, with the reason', () => {
  const cases: [string, RegExp][] = [
    ['', /repository is missing/],
    [':1', /repository is missing/],
    ['Api', /lower case/],
    ['a//b', /malformed/],
    ['-a', /malformed/],
    ['a/../b', /malformed/],
    ['a:', /the tag "" is malformed/],
    ['a:-1', /the tag "-1" is malformed/],
    [`a:${'x'.repeat(129)}`, /is malformed/],
    [`a@sha256:${'A'.repeat(64)}`, /not a sha256 digest/],
    ['a@md5:00', /not a sha256 digest/],
    [`${'a'.repeat(256)}`, /over 255/],
    ['a b', /malformed/],
  ];
  for (const [text, message] of cases) assert.throws(() => parseReference(text), message, text);
});

test('a tag reference has a tag, latest where none is given, and no digest', () => {
  assert.deepEqual(parseTagReference('api'), { repository: 'api', tag: 'latest' });
  assert.throws(() => parseTagReference(`api@${digest}`), /a tag is needed/);
});

test('names as they are shown, and in full as containerd keeps them', () => {
  assert.equal(formatReference(parseReference(`api:1@${digest}`)), `api:1@${digest}`);
  assert.equal(fullName('api'), 'docker.io/library/api');
  assert.equal(fullName('team/api'), 'docker.io/team/api');
  assert.equal(fullName('localhost/api'), 'localhost/api');
  assert.equal(fullName('example.com/api'), 'example.com/api');
});
