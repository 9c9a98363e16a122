import { Readable } from 'node:stream';
import { destroyOnAbort } from './abort.ts';
import type { ArchiveImage } from './archive-image.ts';
import { assemble } from './assemble.ts';
import { Claims } from './claims.ts';
import type { LayerConsumer, ReadOptions } from './consumer.ts';
import { Intake } from './intake.ts';
import { plainTar } from './plain-tar.ts';
import { tarEntries } from './tar-entries.ts';

export type { ArchiveImage } from './archive-image.ts';
export type { LayerConsumer, OfferedImage, ReadOptions } from './consumer.ts';

/**
 * Reads an image archive of any layout (docker-archive, OCI archive or both in one), plain or
 * compressed, in one pass: each layer goes to the consumer while it passes, in the archive's order.
 * Nothing is staged; only JSON documents are kept, within limits.
 *
 * Owns the input: it is destroyed on any failure, and then the iterable that the consumer reads
 * fails too.
 *
 * @returns the images, each complete and verified; none only when `select` declined them all
 * @throws WherryError BAD_INPUT when this is no image archive, or something is missing, cut off or
 *   of a kind that cannot be delivered; CORRUPT when bytes do not match their digest; INTERRUPTED;
 *   the input's and the consumer's own errors as they are
 */
export async function readArchive(
  input: Readable | AsyncIterable<Buffer>,
  consumer: LayerConsumer,
  options: ReadOptions = {},
): Promise<ArchiveImage[]> {
  const source = input instanceof Readable ? input : Readable.from(input, { objectMode: false });
  const unwatch = destroyOnAbort(source, options.signal);
  try {
    const intake = new Intake(consumer);
    const claims = new Claims(intake.inventory);
    for await (const entry of tarEntries(await plainTar(source))) {
      if ('target' in entry) intake.inventory.addLink(entry.path, entry.target);
      else await intake.take(entry, claims.diffIdAt(entry.path));
    }
    return await assemble(intake, options);
  } finally {
    unwatch();
    source.destroy();
  }
}
