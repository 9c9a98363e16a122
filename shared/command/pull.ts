import { parsePlatform } from '../image/platform.ts';
import { formatReference, parseReference, parseTagReference } from '../image/reference.ts';
import { formatBytes, formatSeconds } from '../report/format.ts';
import { loadTarget, transferContext } from './open.ts';
import { platformOption, switchOption, textOption, usageError } from './options.ts';
import { openOutput } from './output.ts';
import type { Command } from './spec.ts';

/** `pull`, of both programs. */
export const pullCommand: Command = {
  name: 'pull',
  summary: 'Bring an image out of the store into a Docker engine',
  description:
    'Fetches what the engine lacks, verifies it, loads it, asks the engine what it has, and only ' +
    'then tags it. An image that is there already costs two requests. Pulls and loads into one ' +
    'engine, on one machine and by one user, take turns.',
  arguments: [
    {
      name: 'NAME[:TAG|@DIGEST]',
      description: 'the image in the store; the tag defaults to latest',
    },
  ],
  options: [
    {
      name: 'tag',
      value: 'NAME[:TAG]',
      description: 'what to call it here, in place of its name in the store',
    },
    {
      name: 'output',
      value: 'PATH',
      description: 'write an archive for docker load, to a file or - for stdout, and use no engine',
    },
    {
      ...platformOption,
      description: "the platform, in place of the host's own; such as linux/arm64",
    },
    { name: 'full', description: 'load every layer, also those that the engine has' },
  ],
  examples: [
    'wherry pull api:production',
    'wherry pull api:4f2c1e --tag api:latest',
    'wherry pull api:production --output api.tar',
  ],
  async run([name = ''], options, context) {
    const started = Date.now();
    const reference = parseReference(name);
    const local = textOption(options, 'tag');
    const tag = local
      ? parseTagReference(local)
      : reference.digest && !reference.tag
        ? undefined
        : { repository: reference.repository, tag: reference.tag ?? 'latest' };
    const platform = textOption(options, 'platform');
    const output = textOption(options, 'output');
    if (output === '-' && options.json) {
      throw usageError('--json and --output - both want stdout.', 'Write the archive to a file.');
    }
    const { pull } = await import('../transfer/pull.ts');
    const transfer = await transferContext(options, context);
    const request = {
      reference,
      tag,
      platform: platform ? parsePlatform(platform) : undefined,
      full: switchOption(options, 'full'),
    };
    const result = output
      ? await openOutput(output, context, (open) =>
          pull({ ...request, to: { kind: 'archive', open } }, transfer),
        )
      : await pull(
          { ...request, to: { kind: 'engine', ...(await loadTarget(context)) } },
          transfer,
        );
    const seconds = (Date.now() - started) / 1000;
    const named = tag ? formatReference(tag) : result.imageId;
    const text = result.upToDate
      ? `${named} is up to date (${result.digest}).`
      : `Pulled ${named} (${result.digest}): ${formatBytes(result.bytes.downloaded)} of ` +
        `${formatBytes(result.bytes.image)} in ${formatSeconds(seconds)}.`;
    return {
      json: { ...result, seconds },
      text: output === '-' ? '' : text,
      quiet: output === '-' ? '' : result.digest,
    };
  },
};
