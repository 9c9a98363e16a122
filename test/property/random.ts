import { createCipheriv } from 'node:crypto';

/** Bytes that look random and are the same on every machine: AES-128-CTR of zeros. */
export function pseudoRandom(size: number, seed: number): Buffer {
  const key = Buffer.alloc(16);
  key.writeUInt32BE(seed);
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size));
}

/** Whole numbers from 0 to below `limit`, the same on every machine. */
export function numbers(seed: number): (limit: number) => number {
  let bytes: Buffer = Buffer.alloc(0);
  let block = 0;
  return (limit) => {
    if (bytes.length < 4) bytes = pseudoRandom(4096, seed + 1000 * block++);
    const value = bytes.readUInt32BE(0);
    bytes = bytes.subarray(4);
    return value % limit;
  };
}
