import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instanceTypePatterns } from '../../cli/templates/private-service/instances.ts';

const types = {
  arm64: [
    't4g.nano',
    'm8g.medium',
    'c7gn.xlarge',
    'im4gn.large',
    'x2gd.metal',
    'g5g.xlarge',
    'a1.large',
  ],
  x64: ['t3.small', 'c7i-flex.large', 'g4dn.xlarge', 'g6.xlarge', 'm6a.large', 'u-6tb1.56xlarge'],
};

test('a type of instance has the processor that its name says', () => {
  for (const [architecture, names] of Object.entries(types)) {
    for (const [other, pattern] of Object.entries(instanceTypePatterns)) {
      const matched = names.filter((name) => new RegExp(pattern).test(name));
      assert.deepEqual(matched, other === architecture ? names : [], other);
    }
  }
});

test('what is no type of instance matches neither', () => {
  for (const name of ['', 't4g', 'small', '.small', 't4g.', 't4g.small; id']) {
    for (const pattern of Object.values(instanceTypePatterns)) {
      assert.doesNotMatch(name, new RegExp(pattern));
    }
  }
});
