/**
 * Builds what `wherry publish-agent` puts into a store:
 * `npm run build:agent [-- FOLDER] [--arch ARCH]… [--level 0…9]`.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { architectures } from './agent/base-node.ts';
import { buildAgent } from './agent/build.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { arch: { type: 'string', multiple: true }, level: { type: 'string' } },
});
const wanted = values.arch?.map((name) => {
  const found = architectures.find((known) => known === name);
  if (found) return found;
  throw new Error(`--arch is one of ${architectures.join(', ')}, not ${name}.`);
});
await buildAgent(positionals[0] ?? join(import.meta.dirname, '../dist/agent'), {
  architectures: wanted,
  level: values.level === undefined ? undefined : Number(values.level),
});
