import { formatBytes, formatSeconds } from '../report/format.ts';
import { loadTarget } from './open.ts';
import type { Command } from './spec.ts';
import { openTarball } from './tarball.ts';

/** `load`, of both programs. */
export const loadCommand: Command = {
  name: 'load',
  summary: 'Load one tarball into a Docker engine',
  description:
    'Reads what save wrote, or any archive that docker load reads: plain, gzip or zstd, whatever its ' +
    'name. Where NAME.sha256 lies beside it, it is verified before the engine sees the end of it.',
  arguments: [{ name: 'SOURCE', description: 's3://bucket/key, a path, or - for stdin' }],
  options: [],
  examples: [
    'wherry load s3://releases/api.tar.zst',
    'ssh build docker save api:4f2c1e | wherry load -',
  ],
  async run([source = ''], options, context) {
    const started = Date.now();
    const { load } = await import('../transfer/load.ts');
    const from = await openTarball(source, options, context);
    const result = await load({ ...(await loadTarget(context)), from }, context);
    const seconds = (Date.now() - started) / 1000;
    const names = result.images.map(({ reference }) => reference).join(', ');
    const text = `Loaded ${names}: ${formatBytes(result.bytes.downloaded)} in ${formatSeconds(seconds)}.`;
    return { json: { ...result, seconds }, text, quiet: names };
  },
};
