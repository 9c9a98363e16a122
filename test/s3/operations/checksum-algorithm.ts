import { type ChecksumAlgorithm, isChecksumAlgorithm } from '../body/checksum/algorithms.ts';
import { S3Error } from '../errors.ts';

/** What `x-amz-checksum-algorithm` asks for. Throws S3Error InvalidRequest. */
export function requestedAlgorithm(
  headers: ReadonlyMap<string, string>,
): ChecksumAlgorithm | undefined {
  const name = headers.get('x-amz-checksum-algorithm')?.toUpperCase();
  if (name === undefined) return undefined;
  if (!isChecksumAlgorithm(name)) {
    throw new S3Error('InvalidRequest', {
      message:
        'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    });
  }
  return name;
}
