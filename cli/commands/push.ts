import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { authorOf, noteOption } from '../../shared/command/author.ts';
import { expectationOf, expectOption } from '../../shared/command/expect.ts';
import { engineOf, transferContext } from '../../shared/command/open.ts';
import {
  listOption,
  platformOption,
  switchOption,
  textOption,
  usageError,
} from '../../shared/command/options.ts';
import type { Command, CommandContext, OptionValues } from '../../shared/command/spec.ts';
import { isWherryError, WherryError } from '../../shared/error.ts';
import { parsePlatform } from '../../shared/image/platform.ts';
import {
  isImageId,
  parseReference,
  parseTagReference,
  type TagReference,
} from '../../shared/image/reference.ts';
import { formatBytes, formatSeconds } from '../../shared/report/format.ts';
import type { ImageSource } from '../../shared/transfer/source.ts';

export const pushCommand: Command = {
  name: 'push',
  summary: 'Bring an image from a Docker engine into the store',
  description:
    'Only what the store lacks is sent. The tag moves last: a push that ends early leaves it as it ' +
    'was, and the next one sends only the rest.',
  arguments: [{ name: 'IMAGE', description: 'the image, as docker names it; an ID needs --as' }],
  options: [
    {
      name: 'as',
      value: 'NAME:TAG',
      description: 'the tag in the store, in place of IMAGE; may be repeated',
      repeats: true,
    },
    {
      name: 'input',
      value: 'PATH',
      description:
        'read the image from an archive (docker save, OCI), an OCI layout folder, or - for stdin',
    },
    {
      ...platformOption,
      description: 'push only this one, where the image has several platforms; such as linux/arm64',
    },
    {
      name: 'add',
      description: 'keep the platforms that the tag has besides; for jobs that push one each',
    },
    { name: 'replace', description: 'drop them, as without --add, and do not tell' },
    expectOption,
    { name: 'immutable', description: 'fail if the tag is there and would move' },
    noteOption,
    {
      name: 'repair',
      description: 'check all that the store has of it, and replace what is corrupt',
    },
  ],
  examples: [
    'wherry push api:4f2c1e',
    'wherry push api:4f2c1e --as api:staging --as api:latest',
    'wherry push api:4f2c1e --add',
    'docker buildx build --output type=oci,dest=- . | wherry push api:4f2c1e --input -',
  ],
  leaves:
    'No tag was moved. What was sent stays in the store, and the next push sends only the rest.',
  async run([image = ''], options, context) {
    const started = Date.now();
    const tags = tagsOf(image, listOption(options, 'as'));
    const platform = textOption(options, 'platform');
    const input = textOption(options, 'input');
    const others = othersOf(options);
    const { push } = await import('../../shared/transfer/push.ts');
    const result = await push(
      {
        source: input ? await inputSource(input, context) : await engineSource(image, context),
        reference: isImageId(image) ? undefined : image,
        tags,
        others,
        platform: platform ? parsePlatform(platform) : undefined,
        expect: expectationOf(options),
        immutable: switchOption(options, 'immutable'),
        repair: switchOption(options, 'repair'),
        by: authorOf(context.env),
        note: textOption(options, 'note'),
      },
      await transferContext(options, context),
    );
    const seconds = (Date.now() - started) / 1000;
    const several =
      result.platforms.length > 1 ? ` It has ${result.platforms.join(', ')} now.` : '';
    const text =
      `Pushed ${result.tags.join(', ')} (${result.digest}): sent ${formatBytes(result.bytes.uploaded)} of ` +
      `${formatBytes(result.bytes.image)} in ${formatSeconds(seconds)}; ` +
      `${result.layers.reused} of ${result.layers.total} layers were there.${several}`;
    return { json: { ...result, seconds }, text, quiet: result.digest };
  },
};

function tagsOf(image: string, as: string[]): TagReference[] {
  if (as.length > 0) return as.map(parseTagReference);
  if (isImageId(image))
    throw usageError('An image ID has no name to push to.', 'Pass --as NAME:TAG.');
  const { repository, tag, digest } = parseReference(image);
  if (tag === undefined && digest) {
    throw usageError(`${image} names no tag to push to.`, 'Pass --as NAME:TAG.');
  }
  return [{ repository, tag: tag ?? 'latest' }];
}

function othersOf(options: OptionValues): 'keep' | 'drop' | undefined {
  const [add, replace] = [switchOption(options, 'add'), switchOption(options, 'replace')];
  if (add && replace) {
    throw usageError('--add and --replace contradict each other.', 'Pass one of them.');
  }
  return add ? 'keep' : replace ? 'drop' : undefined;
}

async function engineSource(reference: string, context: CommandContext): Promise<ImageSource> {
  return { kind: 'engine', engine: await engineOf(context), reference };
}

async function inputSource(path: string, { stdin }: CommandContext): Promise<ImageSource> {
  if (path === '-') {
    if (stdin.isTTY)
      throw usageError('There is no archive on a terminal.', 'Pipe one in, or name a file.');
    return { kind: 'archive', open: () => stdin };
  }
  const folder = await stat(path).then(
    (found) => found.isDirectory(),
    (error) => {
      throw unreadable(path, error);
    },
  );
  if (folder) return { kind: 'layout', folder: resolve(path) };
  return {
    kind: 'archive',
    open: () => createReadStream(path, { highWaterMark: 1024 * 1024 }),
  };
}

function unreadable(path: string, error: unknown): unknown {
  if (isWherryError(error)) return error;
  const { code } = error as { code?: string };
  const absent = code === 'ENOENT' || code === 'ENOTDIR';
  const why = absent ? 'there is no such file' : `${code}`;
  return new WherryError(
    absent ? 'NOT_FOUND' : 'ACCESS_DENIED',
    `Could not read ${path}: ${why}.`,
    {
      side: 'local',
      hint: 'Check --input.',
      cause: error,
    },
  );
}
