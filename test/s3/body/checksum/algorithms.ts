import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { CrcCombiner } from './crc-combine.ts';
import { CRC32C_POLYNOMIAL, crc32c } from './crc32c.ts';
import { CRC64NVME_POLYNOMIAL, Crc64Nvme } from './crc64nvme.ts';

/** The names that S3 gives its additional checksums. */
export type ChecksumAlgorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256';

/** Over the object's bytes, or over the checksums of its parts. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

export interface Hasher {
  update(bytes: Uint8Array): void;
  digest(): Buffer;
}

interface Properties {
  /** Length of the digest in bytes. */
  length: number;
  create(): Hasher;
  /** Only a CRC can be combined, so only a CRC can be FULL_OBJECT over a multipart upload. */
  combiner?: () => CrcCombiner;
}

const CRC32_POLYNOMIAL = 0xedb88320n;

const ALGORITHMS: Record<ChecksumAlgorithm, Properties> = {
  CRC32: {
    length: 4,
    create: () => crcHasher((bytes, previous) => crc32(bytes, previous)),
    combiner: () => new CrcCombiner(CRC32_POLYNOMIAL, 32),
  },
  CRC32C: {
    length: 4,
    create: () => crcHasher(crc32c),
    combiner: () => new CrcCombiner(BigInt(CRC32C_POLYNOMIAL), 32),
  },
  CRC64NVME: {
    length: 8,
    create: () => new Crc64Nvme(),
    combiner: () => new CrcCombiner(CRC64NVME_POLYNOMIAL, 64),
  },
  SHA1: { length: 20, create: () => createHash('sha1') },
  SHA256: { length: 32, create: () => createHash('sha256') },
};

export const CHECKSUM_ALGORITHMS = Object.keys(ALGORITHMS) as ChecksumAlgorithm[];

export function isChecksumAlgorithm(name: string): name is ChecksumAlgorithm {
  return Object.hasOwn(ALGORITHMS, name);
}

export function checksumProperties(algorithm: ChecksumAlgorithm): Properties {
  return ALGORITHMS[algorithm];
}

export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

function crcHasher(step: (bytes: Uint8Array, previous: number) => number): Hasher {
  let crc = 0;
  return {
    update(bytes) {
      crc = step(bytes, crc);
    },
    digest() {
      const digest = Buffer.alloc(4);
      digest.writeUInt32BE(crc);
      return digest;
    },
  };
}
