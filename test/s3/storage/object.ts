import type { ChecksumAlgorithm, ChecksumType } from '../body/checksum/algorithms.ts';
import type { Segment } from './data-files.ts';

export interface StoredChecksum {
  algorithm: ChecksumAlgorithm;
  /** Base64; a COMPOSITE one ends in `-` and the number of parts. */
  value: string;
  type: ChecksumType;
}

/** What a client says of an object besides its bytes; kept and given back as it came. */
export interface ObjectAttributes {
  /** `content-type`, `cache-control` and their like. */
  headers: Record<string, string>;
  /** `x-amz-meta-…`, without that prefix. */
  metadata: Record<string, string>;
  storageClass: string;
}

export interface StoredObject extends ObjectAttributes {
  key: string;
  /** Without quotes. */
  etag: string;
  /** Bytes */
  size: number;
  /** Milliseconds since the epoch, in whole seconds as S3 has it. */
  lastModified: number;
  segments: Segment[];
  checksum: StoredChecksum | undefined;
  /** The multipart upload of which each segment is a part; undefined for a single put. */
  uploadId: string | undefined;
}

export function wholeSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000;
}
