import { createHash } from 'node:crypto';
import { tarEntries } from '../../../shared/archive/tar-entries.ts';

/** Reads an image archive to its end and drops it. @throws unless it has exactly these layers */
export async function drainArchive(
  archive: AsyncIterable<Buffer>,
  diffIds: readonly string[],
): Promise<void> {
  const found = new Set<string>();
  for await (const entry of tarEntries(archive)) {
    if (!('bytes' in entry)) continue;
    const hash = createHash('sha256');
    for await (const piece of entry.bytes) hash.update(piece);
    found.add(`sha256:${hash.digest('hex')}`);
  }
  const missing = diffIds.filter((diffId) => !found.has(diffId));
  if (missing.length > 0) throw new Error(`The archive lacks ${missing.join(', ')}.`);
}
