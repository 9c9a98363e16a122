/** A tar is made of blocks; each file's bytes are padded with zeros to a whole number of them. */
export const blockSize = 512;

/** Two blocks of zeros end a tar. */
export const endSize = 2 * blockSize;

/** Zeros that follow a file of this size. */
export function paddingOf(size: number): number {
  return (blockSize - (size % blockSize)) % blockSize;
}

/** Above this, 8 GiB less one, eleven octal digits do not hold a size. */
const octalLimit = 0o77777777777;

/**
 * The header of a regular file (POSIX ustar): root's, mode 0644, of the year 1970. A size of 8 GiB
 * or more is written in GNU's base 256, which Go's archive/tar and tar-stream both read.
 *
 * @param name ASCII of at most 100 characters
 */
export function fileHeader(name: string, size: number): Buffer {
  const header = Buffer.alloc(blockSize);
  header.write(name, 0, 'latin1');
  header.write(['0000644', '0000000', '0000000', ''].join('\0'), 100, 'latin1');
  if (size <= octalLimit) {
    header.write(`${octal(size, 11)}\0`, 124, 'latin1');
  } else {
    header.writeUInt8(0x80, 124);
    header.writeBigUInt64BE(BigInt(size), 128);
  }
  header.write(`00000000000\0${' '.repeat(8)}0`, 136, 'latin1');
  header.write(['ustar', '00'].join('\0'), 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)}\0 `, 148, 'latin1');
  return header;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
