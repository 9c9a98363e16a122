import { engineOf } from '../../shared/command/open.ts';
import { usageError } from '../../shared/command/options.ts';
import type { Command } from '../../shared/command/spec.ts';
import { openTarball } from '../../shared/command/tarball.ts';
import { formatBytes, formatSeconds } from '../../shared/report/format.ts';
import { codecOfName } from '../../shared/transfer/compression.ts';

export const saveCommand: Command = {
  name: 'save',
  summary: 'Save an image of a Docker engine as one tarball',
  description:
    'For a host without an agent: aws s3 cp s3://bucket/key - | docker load reads it. The ending of ' +
    'the name says how it is compressed: .tar, .tar.gz or .tar.zst. Its SHA-256 is kept beside it.',
  arguments: [
    { name: 'IMAGE', description: 'the image, as docker names it' },
    {
      name: 'DESTINATION',
      description: 's3://bucket/key.tar[.gz|.zst], a path, or - for stdout (plain)',
    },
  ],
  options: [],
  examples: [
    'wherry save api:4f2c1e s3://releases/api.tar.zst',
    'wherry save api:4f2c1e - | ssh host docker load',
  ],
  leaves: 'The destination is as it was.',
  async run([image = '', destination = ''], options, context) {
    const started = Date.now();
    const codec = destination === '-' ? 'none' : codecOfName(destination);
    if (!codec) {
      throw usageError(
        `The name of ${destination} does not say how to compress it.`,
        'End it in .tar, .tar.gz or .tar.zst.',
      );
    }
    if (destination === '-' && options.json) {
      throw usageError('--json and - both want stdout.', 'Write the tarball to a file.');
    }
    const { save } = await import('../../shared/transfer/save.ts');
    const to = await openTarball(destination, options, context);
    const result = await save({ engine: await engineOf(context), image, codec, to }, context);
    const seconds = (Date.now() - started) / 1000;
    const text =
      `Saved ${image} as ${result.destination}: ${formatBytes(result.bytes.stored)} of ` +
      `${formatBytes(result.bytes.image)} in ${formatSeconds(seconds)} (sha256 ${result.sha256}).`;
    return {
      json: { ...result, seconds },
      text: destination === '-' ? '' : text,
      quiet: destination === '-' ? '' : result.sha256,
    };
  },
};
