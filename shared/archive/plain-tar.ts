import { decompress } from './decompress.ts';
import { peek } from './peek.ts';
import { badArchive } from './refusal.ts';
import { sniff, sniffSize } from './sniff.ts';

/**
 * The bytes of a tar that is stored plain, gzip or zstd compressed; its first bytes tell which.
 *
 * @throws WherryError BAD_INPUT when it is no tar, or compressed otherwise; the bytes fail as those
 *   of {@link decompress} do
 */
export async function plainTar(source: AsyncIterable<Buffer>): Promise<AsyncIterable<Buffer>> {
  const { head, bytes } = await peek(source, sniffSize);
  const kind = sniff(head);
  if (kind === 'tar') return bytes;
  if (kind === 'gzip' || kind === 'zstd') return decompress(bytes, kind, 'the archive');
  if (head.length === 0) throw badArchive('The archive is empty.');
  if (kind === 'document' || kind === 'unknown') throw badArchive('The archive is not a tar.');
  throw badArchive(
    `The archive is compressed with ${kind}.`,
    `Decompress it first (such as with ${kind} -dc); gzip and zstd can be read as they are.`,
  );
}
