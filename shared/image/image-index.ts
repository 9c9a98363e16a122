import { type Content, isContent } from '../digest.ts';
import { corruptDocument } from './corrupt.ts';
import { mediaType } from './manifest.ts';
import { formatPlatform, type Platform, readPlatform } from './platform.ts';

/** The manifest that an index (image-index.md) has for a platform. */
export interface IndexEntry extends Content {
  platform: Platform;
}

/**
 * The one index that a set of images has, in whatever order they came.
 *
 * @returns the index's canonical bytes: JSON without white space, keys in the order written here,
 *   entries in the order of their platforms' text
 */
export function encodeIndex(entries: IndexEntry[]): Buffer {
  const manifests = entries.toSorted(byPlatform).map(({ digest, size, platform }) => ({
    mediaType: mediaType.manifest,
    digest,
    size,
    platform: {
      architecture: platform.architecture,
      os: platform.os,
      ...(platform.variant ? { variant: platform.variant } : {}),
    },
  }));
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaType.index, manifests }));
}

/** @throws WherryError CORRUPT when the bytes are no index of several platforms in canonical form */
export function decodeIndex(bytes: Uint8Array): IndexEntry[] {
  let value: { manifests?: unknown };
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    throw corruptDocument('index', 'it is not JSON', error);
  }
  const entries = Array.isArray(value?.manifests) ? value.manifests.map(readEntry) : [];
  if (!entries.every((entry) => entry !== undefined)) {
    throw corruptDocument('index', 'a manifest lacks its digest, size or platform');
  }
  const platforms = new Set(entries.map(({ platform }) => formatPlatform(platform)));
  if (platforms.size < 2 || platforms.size < entries.length) {
    throw corruptDocument('index', 'it has not got several platforms, each once');
  }
  if (!encodeIndex(entries).equals(bytes)) {
    throw corruptDocument('index', 'it is not in canonical form');
  }
  return entries;
}

/** Whether a blob of a store says of itself that it is an index. */
export function isIndex(bytes: Uint8Array): boolean {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))?.mediaType === mediaType.index;
  } catch {
    return false;
  }
}

function readEntry(value: unknown): IndexEntry | undefined {
  const platform = readPlatform((value as { platform?: unknown } | null)?.platform);
  if (!isContent(value) || !platform) return undefined;
  return { digest: value.digest, size: value.size, platform };
}

/** By code units, which every machine orders alike. */
function byPlatform(a: IndexEntry, b: IndexEntry): number {
  return formatPlatform(a.platform) < formatPlatform(b.platform) ? -1 : 1;
}
