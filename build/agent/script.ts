import { join } from 'node:path';
import { build } from 'esbuild';
import { moduleSettings, settings } from '../bundle.ts';

const root = join(import.meta.dirname, '../..');

/** The agent as one CommonJS script, which is what a single executable runs. */
export async function bundleScript(outfile: string): Promise<void> {
  await build({
    ...settings,
    absWorkingDir: root,
    entryPoints: ['build/agent/single.ts'],
    outfile,
    format: 'cjs',
    // A script in an executable can import nothing, but require what is in Node.
    supported: { 'dynamic-import': false },
  });
}

/** The agent as one ES module, for hosts that have Node. */
export async function bundleModule(outfile: string): Promise<void> {
  await build({
    ...moduleSettings,
    absWorkingDir: root,
    entryPoints: ['build/agent/module.js'],
    outfile,
  });
}
