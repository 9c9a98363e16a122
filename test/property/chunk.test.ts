import { test } from 'node:test';
import fc from 'fast-check';
import { chunkProperties } from './chunk-properties.ts';

for (const [name, property] of Object.entries(chunkProperties)) {
  test(name, () => fc.assert(property, { numRuns: 500 }));
}
