/**
 * The CRC of two pieces of data put together, from their CRCs and the length of the second.
 * It is how S3 gets the full-object checksum of a multipart upload without reading it again.
 *
 * Source of the method: zlib's crc32_combine_gen (Mark Adler), for any reflected CRC whose
 * register starts with ones and is inverted at the end.
 */
export class CrcCombiner {
  readonly #polynomial: bigint;
  readonly #one: bigint;
  /** x^(8·length) by length: the parts of an upload are nearly all of one length. */
  readonly #shifts = new Map<number, bigint>();

  constructor(polynomial: bigint, width: 32 | 64) {
    this.#polynomial = polynomial;
    this.#one = 1n << BigInt(width - 1);
  }

  combine(first: bigint, second: bigint, secondLength: number): bigint {
    let shift = this.#shifts.get(secondLength);
    if (shift === undefined) {
      shift = this.#power(8n * BigInt(secondLength));
      this.#shifts.set(secondLength, shift);
    }
    return this.#multiply(shift, first) ^ second;
  }

  /** x^exponent modulo the polynomial. */
  #power(exponent: bigint): bigint {
    let result = this.#one;
    let square = this.#one >> 1n;
    for (let rest = exponent; rest > 0n; rest >>= 1n) {
      if (rest & 1n) result = this.#multiply(square, result);
      square = this.#multiply(square, square);
    }
    return result;
  }

  #multiply(a: bigint, b: bigint): bigint {
    let product = 0n;
    let term = b;
    for (let bit = this.#one; bit > 0n; bit >>= 1n) {
      if (a & bit) product ^= term;
      term = term & 1n ? (term >> 1n) ^ this.#polynomial : term >> 1n;
    }
    return product;
  }
}
