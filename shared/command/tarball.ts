import { createReadStream } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openBucket, parseLocation } from '../bucket/open.ts';
import { WherryError } from '../error.ts';
import { objectTarball, sumEnding, type Tarball } from '../transfer/tarball.ts';
import { bucketSettings } from './open.ts';
import { usageError } from './options.ts';
import { openOutput } from './output.ts';
import type { CommandContext, OptionValues } from './spec.ts';

/** The tarball that a URL, a path, or `-` for stdin and stdout, names. */
export async function openTarball(
  text: string,
  options: OptionValues,
  context: CommandContext,
): Promise<Tarball> {
  if (text === '-') return pipedTarball(context);
  const location = parseLocation(text);
  if (location.kind === 'file') return fileTarball(location.path, context);
  if (location.path === '' || text.endsWith('/')) {
    throw usageError(`${text} names no object.`, 'Write it as s3://bucket/key.tar.zst.');
  }
  const whole = { ...location, path: '' };
  return objectTarball(await openBucket(whole, bucketSettings(options, context)), location.path);
}

function pipedTarball(context: CommandContext): Tarball {
  return {
    url: '-',
    write: (pieces, { signal }) => writeStream('-', pieces, context, signal),
    read: async () => {
      if (!context.stdin.isTTY) return { size: undefined, pieces: context.stdin };
      throw usageError('There is no archive on a terminal.', 'Pipe one in, or name a file.');
    },
  };
}

function fileTarball(path: string, context: CommandContext): Tarball {
  const sumPath = `${path}${sumEnding}`;
  return {
    url: path,
    write: (pieces, { signal }) => writeStream(path, pieces, context, signal),
    async read() {
      const info = await stat(path).catch((error) => {
        throw new WherryError('NOT_FOUND', `Could not read ${path}: ${error.code}.`, {
          side: 'local',
          hint: 'Check the path.',
          cause: error,
        });
      });
      const pieces = createReadStream(path, { highWaterMark: 1024 * 1024 });
      return { size: info.size, pieces };
    },
    writeSum: (line) => writeFile(sumPath, line),
    readSum: () => readFile(sumPath, 'utf8').catch(() => undefined),
  };
}

async function writeStream(
  path: string,
  pieces: AsyncIterable<Buffer>,
  context: CommandContext,
  signal: AbortSignal | undefined,
): Promise<number> {
  let size = 0;
  const counted = async function* () {
    for await (const piece of pieces) {
      size += piece.length;
      yield piece;
    }
  };
  await openOutput(path, context, (open) =>
    pipeline(Readable.from(counted(), { objectMode: false }), open(), signal ? { signal } : {}),
  );
  return size;
}
