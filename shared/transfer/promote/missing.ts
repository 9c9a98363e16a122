import type { Options } from '../../bucket/bucket.ts';
import type { Content, Digest } from '../../digest.ts';
import { isWherryError } from '../../error.ts';
import { diffIdsOf, type Manifest } from '../../image/manifest.ts';
import { missingPart, type Part, type StoredPart } from '../../store/parts.ts';
import type { Store } from '../../store/store.ts';
import type { TagRecord } from '../../store/tag.ts';
import type { TagImage } from '../../store/tag-images.ts';
import { readRecipe, readTagManifest } from '../read-parts.ts';
import { imagesOfTag } from '../stored-image.ts';

/** What a store lacks of images that another one has. */
export interface Missing {
  /** Whether the target has nothing yet, not even a format. */
  isNew: boolean;
  /** The objects to copy, children before parents: of each kind none needs another of it. */
  stages: MissingPart[][];
  chunks: number;
  /** Of all images, one after another. */
  layers: number;
}

/** An object, and how the source has it. */
export interface MissingPart extends StoredPart {
  part: Part;
}

interface Stores {
  source: Store;
  target: Store;
}

/**
 * What the target lacks. A parent that it has stands for all its children, for they were there before;
 * the images that the tag has now are known without asking, as for a push.
 *
 * @param index of the images together, where there are several
 * @throws WherryError CORRUPT when the source lacks some of it too
 */
export async function findMissing(
  { images, index }: { images: TagImage[]; index: Digest | undefined },
  current: TagRecord | undefined,
  { source, target }: Stores,
  options: Options,
): Promise<Missing> {
  const isNew = (await target.findChunkSizes(options)) === undefined;
  const lacking = (parts: Part[]) =>
    isNew ? parts : keep(parts, async (part) => !(await target.findPart(part, options)));
  const found = (parts: Part[]) => Promise.all(parts.map((part) => find(part, source, options)));

  const manifests = await lacking(distinct(images).map(blobPart));
  const absent = new Set(manifests.map(({ digest }) => digest));
  const read = await Promise.all(
    distinct(images.filter(({ digest }) => absent.has(digest))).map((image) =>
      readTagManifest(image, source, options),
    ),
  );
  const wanted = read.map(({ manifest }) => manifest);
  const tagged = wanted.length > 0 ? await layersOf(current, target, options) : [];
  const known = new Set(tagged);
  const layers = [...new Set(wanted.flatMap(diffIdsOf))];
  const recipes = await lacking(layers.filter((each) => !known.has(each)).map(recipePart));
  const missing = new Set(recipes.map(({ digest }) => digest));
  for (const layer of layers) if (!missing.has(layer)) known.add(layer);
  const cut = await chunksOf([...missing], source, options);
  const there = await chunksThere(cut.length > 0 ? [...known] : [], target, options);
  const unknown = cut.filter(({ digest }) => !there.has(digest));
  const chunks = await lacking(unknown.map((chunk) => ({ kind: 'chunk', ...chunk })));
  const configs = await lacking(distinct(wanted.map(({ config }) => config)).map(blobPart));
  const indexes = await lacking(index ? [{ kind: 'blob', digest: index }] : []);
  return {
    isNew,
    stages: await Promise.all([chunks, recipes, configs, manifests, indexes].map(found)),
    chunks: chunks.length,
    layers: wanted.flatMap(diffIdsOf).filter((each) => missing.has(each)).length,
  };
}

/** How many bytes they have as they are stored. */
export function bytesOf(parts: MissingPart[]): number {
  return parts.reduce((sum, { size }) => sum + size, 0);
}

async function find(part: Part, source: Store, options: Options): Promise<MissingPart> {
  const stored = await source.findPart(part, options);
  if (!stored) throw missingPart(part);
  const { size, etag } = stored;
  return { part, size, etag };
}

/** The layers that a tag has, as far as they can be read: what is not known is asked for. */
async function layersOf(
  record: TagRecord | undefined,
  store: Store,
  options: Options,
): Promise<Digest[]> {
  if (!record) return [];
  const read = async (image: TagImage): Promise<Manifest> =>
    (await readTagManifest(image, store, options)).manifest;
  try {
    const images = await imagesOfTag(record, store, options);
    return (await Promise.all(images.map(read))).flatMap(diffIdsOf);
  } catch (error) {
    return ignoreCorrupt(error);
  }
}

/** The chunks of layers that a store has, as far as their recipes can be read. */
async function chunksThere(
  diffIds: Digest[],
  store: Store,
  options: Options,
): Promise<Set<Digest>> {
  const read = diffIds.map((diffId) => chunksOf([diffId], store, options).catch(ignoreCorrupt));
  return new Set((await Promise.all(read)).flat().map(({ digest }) => digest));
}

async function chunksOf(diffIds: Digest[], store: Store, options: Options): Promise<Content[]> {
  const recipes = await Promise.all(diffIds.map((diffId) => readRecipe(diffId, store, options)));
  return distinct(recipes.flatMap(({ meta, content }) => [...meta, ...content]));
}

function ignoreCorrupt(error: unknown): never[] {
  if (!isWherryError(error, 'CORRUPT')) throw error;
  return [];
}

function distinct<T extends { digest: Digest }>(items: T[]): T[] {
  return [...new Map(items.map((item) => [item.digest, item])).values()];
}

async function keep<T>(items: T[], test: (item: T) => Promise<boolean>): Promise<T[]> {
  const kept = await Promise.all(items.map(test));
  return items.filter((_, index) => kept[index]);
}

function blobPart({ digest }: Content): Part {
  return { kind: 'blob', digest };
}

function recipePart(digest: Digest): Part {
  return { kind: 'recipe', digest };
}
