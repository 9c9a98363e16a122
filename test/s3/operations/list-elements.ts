import type { ListingEntry } from '../storage/listing.ts';
import type { StoredObject } from '../storage/object.ts';
import type { XmlElement } from '../xml/write.ts';
import { quoted } from './object-headers.ts';
import { owner } from './owner.ts';

/** The objects of a listing, then its common prefixes, as both versions of it have them. */
export function listElements(
  entries: readonly ListingEntry[],
  encode: (name: string) => string,
  withOwner: boolean,
): XmlElement[] {
  return [
    ...entries.flatMap((entry): XmlElement[] =>
      entry.kind === 'object' ? [['Contents', contents(entry.object, encode, withOwner)]] : [],
    ),
    ...entries.flatMap((entry): XmlElement[] =>
      entry.kind === 'prefix' ? [['CommonPrefixes', [['Prefix', encode(entry.name)]]]] : [],
    ),
  ];
}

function contents(
  object: StoredObject,
  encode: (name: string) => string,
  withOwner: boolean,
): XmlElement[] {
  return [
    ['Key', encode(object.key)],
    ['LastModified', new Date(object.lastModified).toISOString()],
    ['ETag', quoted(object.etag)],
    ['ChecksumAlgorithm', object.checksum?.algorithm],
    ['ChecksumType', object.checksum?.type],
    ['Size', object.size],
    ['Owner', withOwner ? owner : undefined],
    ['StorageClass', object.storageClass],
  ];
}
