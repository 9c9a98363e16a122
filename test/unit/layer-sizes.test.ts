import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWherryError } from '../../shared/error.ts';
import { defaultChunkSizes, parseChunkSizes } from '../../shared/layer/sizes.ts';

test('the sizes that a new store gets can be read back', () => {
  assert.deepEqual(parseChunkSizes(JSON.parse(JSON.stringify(defaultChunkSizes))), {
    min: 524288,
    average: 2097152,
    max: 8388608,
  });
});

test('what is no use as sizes is refused', () => {
  const good = { min: 64, average: 128, max: 129 };
  assert.deepEqual(parseChunkSizes({ ...good, more: 1 }), good);
  for (const bad of [
    undefined,
    null,
    17,
    'text',
    [],
    {},
    { ...good, min: 63 },
    { ...good, min: 128 },
    { ...good, min: 64.5 },
    { ...good, min: '64' },
    { ...good, average: 127 },
    { ...good, max: 128 },
    { ...good, max: 64 * 1024 * 1024 + 1 },
    { ...good, max: Number.POSITIVE_INFINITY },
  ]) {
    assert.throws(
      () => parseChunkSizes(bad),
      (error) => isWherryError(error, 'CORRUPT') && error.side === 'store',
      JSON.stringify(bad),
    );
  }
});
