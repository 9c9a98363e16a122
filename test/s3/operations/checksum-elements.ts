import type { ChecksumAlgorithm } from '../body/checksum/algorithms.ts';
import type { StoredChecksum } from '../storage/object.ts';
import type { XmlElement } from '../xml/write.ts';

export function checksumElements(checksum: StoredChecksum | undefined): XmlElement[] {
  if (!checksum) return [];
  return [
    [`Checksum${checksum.algorithm}`, checksum.value],
    ['ChecksumType', checksum.type],
  ];
}

/** A part's own checksum has no type. */
export function partChecksumElements(
  checksum: { algorithm: ChecksumAlgorithm; value: string } | undefined,
): XmlElement[] {
  return checksum ? [[`Checksum${checksum.algorithm}`, checksum.value]] : [];
}
