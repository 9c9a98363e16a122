import { type ExtractEvents, extract } from 'tar-stream';
import { feed } from './feed.ts';
import { linkTarget, normalizePath } from './paths.ts';
import { badArchive, truncatedArchive } from './refusal.ts';

/** A file in an archive. Its bytes are read once: either whole or not at all. */
export interface FileEntry {
  /** Normalized, see {@link normalizePath}. */
  path: string;
  /** Bytes, as stored. */
  size: number;
  bytes: AsyncIterable<Buffer>;
}

/** A symbolic or hard link; `target` is a normalized path from the archive's root. */
export interface LinkEntry {
  path: string;
  target: string;
}

/**
 * The files and links of a tar in its own order; the next one is not reached before the bytes of
 * the last have been read. What is neither file nor link is passed over.
 *
 * @throws WherryError BAD_INPUT when this is no tar, or ends inside an entry; the source's own
 *   errors as they are; an entry's bytes fail likewise
 */
export async function* tarEntries(
  source: AsyncIterable<Buffer>,
): AsyncGenerator<FileEntry | LinkEntry> {
  // tar-stream's types lack the option; pre-POSIX tars are fine.
  const tar = extract({ allowUnknownFormat: true } as object);
  void feed(source, tar);
  try {
    for await (const entry of tar) {
      const { name, type, size, linkname } = entry.header;
      const path = normalizePath(name);
      if ((type === 'link' || type === 'symlink') && linkname) {
        entry.resume();
        yield {
          path,
          target: type === 'link' ? normalizePath(linkname) : linkTarget(path, linkname),
        };
      } else if (type === 'file' || type === 'contiguous-file') {
        const bytes = new EntryBytes(entry);
        yield { path, size, bytes };
        if (!bytes.opened) entry.resume();
      } else {
        entry.resume();
      }
    }
  } catch (error) {
    throw explain(error);
  } finally {
    tar.destroy();
  }
}

type Source = ExtractEvents['entry'][1];

class EntryBytes implements AsyncIterable<Buffer> {
  readonly #entry: Source;
  opened = false;
  /** Why the entry broke, though nobody was reading it yet. */
  #failure: unknown;

  constructor(entry: Source) {
    this.#entry = entry;
    entry.once('error', (error) => {
      this.#failure = error;
    });
  }

  [Symbol.asyncIterator](): AsyncIterator<Buffer> {
    this.opened = true;
    const chunks = this.#entry[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    return {
      next: () =>
        chunks.next().catch((error: unknown) => {
          // A stream that was destroyed before it was read tells its reader only that.
          throw explain(this.#failure ?? error);
        }),
      return: async () => (await chunks.return?.()) ?? { done: true, value: undefined },
    };
  }
}

/** tar-stream's errors have no codes, only these messages (extract.js, headers.js). */
function explain(error: unknown): unknown {
  const message = error instanceof Error ? error.message : '';
  if (message === 'Unexpected end of data') return truncatedArchive('The archive', error);
  if (/^Invalid (?:tar )?header|^Header exceeds max size/.test(message)) {
    return badArchive(
      'The archive is not a tar, or is damaged: it has an invalid header.',
      undefined,
      error,
    );
  }
  return error;
}
