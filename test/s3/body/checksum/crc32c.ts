/**
 * CRC-32C (Castagnoli), reflected, eight bytes a step ("slicing-by-8", Kounavis and Berry,
 * 2005). `previous` is the checksum of the bytes before; 0 to begin.
 */
export function crc32c(bytes: Uint8Array, previous = 0): number {
  let crc = ~previous;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    crc ^=
      byte(bytes, at) |
      (byte(bytes, at + 1) << 8) |
      (byte(bytes, at + 2) << 16) |
      (byte(bytes, at + 3) << 24);
    crc =
      table(7, crc & 0xff) ^
      table(6, (crc >>> 8) & 0xff) ^
      table(5, (crc >>> 16) & 0xff) ^
      table(4, crc >>> 24) ^
      table(3, byte(bytes, at + 4)) ^
      table(2, byte(bytes, at + 5)) ^
      table(1, byte(bytes, at + 6)) ^
      table(0, byte(bytes, at + 7));
  }
  for (; at < bytes.length; at++) crc = table(0, (crc ^ byte(bytes, at)) & 0xff) ^ (crc >>> 8);
  return ~crc >>> 0;
}

export const CRC32C_POLYNOMIAL = 0x82f63b78;

const TABLES = buildTables();

function buildTables(): Int32Array {
  const tables = new Int32Array(8 * 256);
  for (let index = 0; index < 256; index++) {
    let crc = index;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ CRC32C_POLYNOMIAL : crc >>> 1;
    tables[index] = crc;
  }
  for (let index = 256; index < tables.length; index++) {
    const before = tables[index - 256] as number;
    tables[index] = (before >>> 8) ^ (tables[before & 0xff] as number);
  }
  return tables;
}

function table(slice: number, index: number): number {
  return TABLES[slice * 256 + index] as number;
}

function byte(bytes: Uint8Array, at: number): number {
  return bytes[at] as number;
}
