import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { destroyOnAbort } from './abort.ts';
import type { ArchiveImage } from './archive-image.ts';
import { assemble } from './assemble.ts';
import { Claims } from './claims.ts';
import { configOf } from './complete.ts';
import type { LayerConsumer, ReadOptions } from './consumer.ts';
import { Intake } from './intake.ts';
import type { NamedImage } from './named-image.ts';
import { imagesOfIndex, indexPath } from './oci-index.ts';
import { badArchive } from './refusal.ts';

/**
 * Reads the folder of an OCI layout (image-layout.md). Unlike an archive it is read in the order
 * that suits: metadata first, then the layers of the wanted images from the base up, and of those
 * only what the consumer does not know.
 *
 * @returns and throws as `readArchive` does
 */
export async function readLayout(
  folder: string,
  consumer: LayerConsumer,
  options: ReadOptions = {},
): Promise<ArchiveImage[]> {
  const intake = new Intake(consumer);
  const { documents } = intake.inventory;
  const claims = new Claims(intake.inventory);
  const taken = new Set<string>();
  const take = async (path: string) => {
    if (taken.has(path)) return;
    taken.add(path);
    const file = join(folder, path);
    const size = await sizeOf(file);
    if (size === undefined) return;
    const bytes = fileBytes(file, options.signal);
    await intake.take({ path, size, bytes }, claims.diffIdAt(path));
  };
  await take(indexPath);
  if (!documents.has(indexPath)) {
    throw badArchive(`${folder} is not an OCI layout: it has no index.json.`);
  }
  let named = imagesOfIndex(documents);
  while (named.absent.some((path) => !taken.has(path))) {
    for (const path of named.absent) await take(path);
    named = imagesOfIndex(documents);
  }
  for (const image of named.images.filter((each) => isWanted(each, intake, options))) {
    for (const layer of image.layers) await take(layer.path);
  }
  return assemble(intake, options);
}

/** Not what lacks a sound config: that is reported in the end, where it matters. */
function isWanted(image: NamedImage, intake: Intake, { select }: ReadOptions): boolean {
  try {
    const { platform } = configOf(image, intake);
    return select?.({ references: image.references, platform }) ?? true;
  } catch {
    return false;
  }
}

/** Undefined when there is no such file. */
async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Opened only when the first byte is asked for. */
async function* fileBytes(file: string, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  const stream = createReadStream(file, { highWaterMark: 256 * 1024 });
  const unwatch = destroyOnAbort(stream, signal);
  try {
    yield* stream;
  } finally {
    unwatch();
  }
}
