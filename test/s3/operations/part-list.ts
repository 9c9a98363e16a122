import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm } from '../body/checksum/algorithms.ts';
import { S3Error } from '../errors.ts';
import { childText, readXml, type XmlNode } from '../xml/read.ts';

/** A part as CompleteMultipartUpload names it. */
export interface NamedPart {
  number: number;
  /** Without quotes. */
  etag: string;
  checksums: Map<ChecksumAlgorithm, string>;
}

/** Throws S3Error MalformedXML, InvalidPartOrder. */
export function readPartList(document: string): NamedPart[] {
  const root = readXml(document);
  const parts = root.children.map(readPart);
  if (root.name !== 'CompleteMultipartUpload' || parts.length === 0) {
    throw new S3Error('MalformedXML');
  }
  let previous = 0;
  for (const { number } of parts) {
    if (number <= previous) throw new S3Error('InvalidPartOrder');
    previous = number;
  }
  return parts;
}

function readPart(node: XmlNode): NamedPart {
  const number = childText(node, 'PartNumber')?.trim() ?? '';
  const etag = childText(node, 'ETag')?.trim();
  if (node.name !== 'Part' || !/^\d+$/.test(number) || !etag) throw new S3Error('MalformedXML');
  const checksums = CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
    const value = childText(node, `Checksum${algorithm}`);
    return value === undefined ? [] : [[algorithm, value] as const];
  });
  return {
    number: Number(number),
    etag: etag.replace(/^"|"$/g, ''),
    checksums: new Map(checksums),
  };
}
