import { type Pack, pack } from 'tar-stream';
import { feed } from '../../../shared/archive/feed.ts';

/** A member of a tar: a file, or a link or folder when `type` says so. */
export interface TarMember {
  name: string;
  type?: 'file' | 'symlink' | 'link' | 'directory';
  linkname?: string;
  /** The year 1970 when left out. */
  mtime?: Date;
  mode?: number;
  /** Bytes; needed when the content is streamed. */
  size?: number;
  content?: string | Buffer | (() => AsyncIterable<Buffer>);
}

const chunkSize = 128 * 1024;

/** A tar of these members, written as they are asked for, in chunks of about 128 KiB. */
export async function* tarOf(
  members: Iterable<TarMember> | AsyncIterable<TarMember>,
): AsyncGenerator<Buffer> {
  const tar = pack();
  const writing = write(tar, members).catch((error: Error) => tar.destroy(error));
  yield* coalesce(tar as AsyncIterable<Buffer>);
  await writing;
}

async function write(
  tar: Pack,
  members: Iterable<TarMember> | AsyncIterable<TarMember>,
): Promise<void> {
  for await (const member of members) {
    const { content = '', mtime = new Date(0), ...rest } = member;
    const header = { ...rest, mtime };
    await new Promise<void>((resolve, reject) => {
      const done = (error?: Error | null) => (error ? reject(error) : resolve());
      if (typeof content === 'function') void feed(content(), tar.entry(header, done));
      else tar.entry(header, content, done);
    });
  }
  tar.finalize();
}

async function* coalesce(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of source) {
    pieces.push(piece);
    size += piece.length;
    if (size >= chunkSize) {
      yield Buffer.concat(pieces);
      pieces = [];
      size = 0;
    }
  }
  if (size > 0) yield Buffer.concat(pieces);
}
