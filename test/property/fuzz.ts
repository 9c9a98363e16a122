import fc from 'fast-check';
import { chunkProperties } from './chunk-properties.ts';
import { layerProperties } from './layer-properties.ts';

// Runs the properties of layers for as long as wanted.
// Usage: node test/property/fuzz.ts [minutes] [seed]

const minutes = Number(process.argv[2] ?? 5);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
const properties = Object.entries({ ...layerProperties, ...chunkProperties });
const share = (minutes * 60_000) / properties.length;

process.stdout.write(`seed ${seed}, ${minutes} min\n`);
for (const [name, property] of properties) {
  const result = await fc.check(property, {
    seed,
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: share,
  });
  process.stdout.write(`${result.numRuns} runs: ${name}\n`);
  if (result.failed && !result.interrupted) {
    process.stdout.write(`${fc.defaultReportMessage(result)}\n`);
    process.exitCode = 1;
  }
}
