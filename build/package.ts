/** Builds what is published to npm: `npm run build:package [-- FOLDER]`. */
import { join, resolve } from 'node:path';
import { buildPackage } from './package/build.ts';

const folder = process.argv[2] ?? join(import.meta.dirname, '../dist/package');
await buildPackage(resolve(folder), process.env);
