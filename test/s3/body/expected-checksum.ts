import { S3Error } from '../errors.ts';
import {
  CHECKSUM_ALGORITHMS,
  type ChecksumAlgorithm,
  checksumHeader,
  checksumProperties,
} from './checksum/algorithms.ts';

/** The checksum that a client claims for what it sends. */
export interface ExpectedChecksum {
  algorithm: ChecksumAlgorithm;
  /** Base64; undefined while it is still to come in a trailer. */
  value: string | undefined;
}

/**
 * The checksum that the headers announce, if any. Throws S3Error InvalidRequest when they
 * contradict each other or hold something that is no checksum.
 */
export function expectedChecksum(
  headers: ReadonlyMap<string, string>,
): ExpectedChecksum | undefined {
  const trailer = headers.get('x-amz-trailer')?.toLowerCase();
  const found = CHECKSUM_ALGORITHMS.flatMap((algorithm): ExpectedChecksum[] => {
    const name = checksumHeader(algorithm);
    const value = headers.get(name);
    if (value !== undefined) return [{ algorithm, value: validChecksum(algorithm, value) }];
    return trailer === name ? [{ algorithm, value: undefined }] : [];
  });
  if (found.length > 1) {
    throw invalidRequest(
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  if (trailer !== undefined && !found.some(({ value }) => value === undefined)) {
    throw invalidRequest('The value specified in the x-amz-trailer header is not supported');
  }
  const declared = headers.get('x-amz-sdk-checksum-algorithm')?.toUpperCase();
  if (declared !== undefined && !found.some(({ algorithm }) => algorithm === declared)) {
    throw invalidRequest(
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  return found[0];
}

/** `value` itself when it is the base64 of a digest of the right length. */
export function validChecksum(algorithm: ChecksumAlgorithm, value: string): string {
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length !== checksumProperties(algorithm).length || bytes.toString('base64') !== value) {
    throw invalidRequest(`Value for ${checksumHeader(algorithm)} header is invalid.`);
  }
  return value;
}

function invalidRequest(message: string): S3Error {
  return new S3Error('InvalidRequest', { message });
}
