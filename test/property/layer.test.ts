import { test } from 'node:test';
import fc from 'fast-check';
import { layerProperties } from './layer-properties.ts';

for (const [name, property] of Object.entries(layerProperties)) {
  test(name, () => fc.assert(property, { numRuns: 1000 }));
}
