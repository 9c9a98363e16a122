/**
 * CRC-64/NVME, reflected, eight bytes a step. JavaScript has no fast 64-bit integer, so the
 * register and the tables are pairs of 32-bit halves.
 */
export class Crc64Nvme {
  #low = 0xffffffff | 0;
  #high = 0xffffffff | 0;

  update(bytes: Uint8Array): void {
    let low = this.#low;
    let high = this.#high;
    let at = 0;
    for (const end = bytes.length - 7; at < end; at += 8) {
      low ^= word(bytes, at);
      high ^= word(bytes, at + 4);
      const a = 0x700 | (low & 0xff);
      const b = 0x600 | ((low >>> 8) & 0xff);
      const c = 0x500 | ((low >>> 16) & 0xff);
      const d = 0x400 | (low >>> 24);
      const e = 0x300 | (high & 0xff);
      const f = 0x200 | ((high >>> 8) & 0xff);
      const g = 0x100 | ((high >>> 16) & 0xff);
      const h = high >>> 24;
      low =
        at8(LOW, a) ^
        at8(LOW, b) ^
        at8(LOW, c) ^
        at8(LOW, d) ^
        at8(LOW, e) ^
        at8(LOW, f) ^
        at8(LOW, g) ^
        at8(LOW, h);
      high =
        at8(HIGH, a) ^
        at8(HIGH, b) ^
        at8(HIGH, c) ^
        at8(HIGH, d) ^
        at8(HIGH, e) ^
        at8(HIGH, f) ^
        at8(HIGH, g) ^
        at8(HIGH, h);
    }
    for (; at < bytes.length; at++) {
      const index = (low ^ (bytes[at] as number)) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ at8(LOW, index);
      high = (high >>> 8) ^ at8(HIGH, index);
    }
    this.#low = low;
    this.#high = high;
  }

  /** Eight bytes, most significant first. */
  digest(): Buffer {
    const bytes = Buffer.alloc(8);
    bytes.writeInt32BE(~this.#high, 0);
    bytes.writeInt32BE(~this.#low, 4);
    return bytes;
  }
}

export const CRC64NVME_POLYNOMIAL = 0x9a6c9329ac4bc9b5n;

const LOW = new Int32Array(8 * 256);
const HIGH = new Int32Array(8 * 256);
buildTables();

function buildTables(): void {
  const first: bigint[] = [];
  for (let index = 0; index < 256; index++) {
    let crc = BigInt(index);
    for (let bit = 0; bit < 8; bit++)
      crc = crc & 1n ? (crc >> 1n) ^ CRC64NVME_POLYNOMIAL : crc >> 1n;
    first.push(crc);
  }
  for (let index = 0; index < 256; index++) {
    let crc = first[index] as bigint;
    for (let slice = 0; slice < 8; slice++) {
      LOW[slice * 256 + index] = Number(BigInt.asIntN(32, crc));
      HIGH[slice * 256 + index] = Number(BigInt.asIntN(32, crc >> 32n));
      crc = (crc >> 8n) ^ (first[Number(crc & 0xffn)] as bigint);
    }
  }
}

function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

function at8(table: Int32Array, index: number): number {
  return table[index] as number;
}
