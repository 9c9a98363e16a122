import { fileURLToPath } from 'node:url';

/**
 * Where the agent of this program's own version is: what `npm run build:agent` wrote in a checkout, and in
 * the published package the module alone. A bundle's chunks are as deep below its root as this file is.
 */
export const ownAgentFolder: string = fileURLToPath(new URL('../../dist/agent', import.meta.url));
