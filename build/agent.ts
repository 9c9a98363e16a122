/** Builds what `wherry publish-agent` puts into a store: `npm run build:agent [-- FOLDER]`. */
import { buildAgent } from './agent/build.ts';

await buildAgent(process.argv[2] ?? 'dist/agent');
