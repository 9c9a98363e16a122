/** The unit of a tar: headers are one block, data is padded to whole blocks. Bytes. */
export const blockSize = 512;

/**
 * What an entry means for the framing of a tar:
 * - `file`: its data is content;
 * - `sparse`: GNU's old sparse file, a `file` that extension blocks may precede;
 * - `bare`: no data follows, whatever the size field says;
 * - `pax`: its data are PAX records for the next entry;
 * - `prelude`: its data describe the entries that follow, with no effect on the framing;
 * - `other`: its data are nothing that we know.
 */
export type EntryKind = 'file' | 'sparse' | 'bare' | 'pax' | 'prelude' | 'other';

export interface Header {
  kind: EntryKind;
  /** The size field: bytes of data, without padding. */
  size: number;
  /** Whether extension blocks of a sparse file follow. */
  extended: boolean;
}

// Offsets and widths of POSIX.1-2017 ustar (pax, "ustar Interchange Format") and of GNU tar (tar.h).
const nameWidth = 100;
const sizeField = { start: 124, end: 136 };
const checksumField = { start: 148, end: 156 };
const typeflagOffset = 156;
const headerExtendedOffset = 482;
const extensionExtendedOffset = 504;

/**
 * Parses the header block that starts at `at`.
 *
 * Where implementations differ this one does as Go's archive/tar, with which Docker reads layers:
 * an entry of the v7 typeflag NUL whose name field ends in a slash is a directory, so no data
 * follows; links, devices, directories and FIFOs have no data either, whatever size they state.
 *
 * @returns `end` for an all-zero block, undefined when the block is no header: its checksum is
 *   wrong or its size is not a whole number up to 2^53-1
 */
export function parseHeader(bytes: Buffer, at: number): Header | 'end' | undefined {
  const sum = sumOf(bytes, at);
  if (sum === 0) return 'end';
  if (!checksumHolds(bytes, at, sum)) return undefined;
  const size = parseNumber(bytes, at + sizeField.start, at + sizeField.end);
  if (size === undefined) return undefined;
  const kind = kindOf(bytes, at);
  return { kind, size, extended: kind === 'sparse' && bytes[at + headerExtendedOffset] !== 0 };
}

/** Whether another extension block follows the one that starts at `at`. */
export function parseExtension(bytes: Buffer, at: number): boolean {
  return bytes[at + extensionExtendedOffset] !== 0;
}

function kindOf(bytes: Buffer, at: number): EntryKind {
  const typeflag = bytes[at + typeflagOffset] as number;
  switch (String.fromCharCode(typeflag)) {
    case '\0':
      return namesDirectory(bytes, at) ? 'bare' : 'file';
    case '0':
    case '7':
      return 'file';
    case 'S':
      return 'sparse';
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
      return 'bare';
    case 'x':
      return 'pax';
    case 'g':
    case 'L':
    case 'K':
      return 'prelude';
    default:
      return 'other';
  }
}

function namesDirectory(bytes: Buffer, at: number): boolean {
  let end = at;
  while (end < at + nameWidth && bytes[end] !== 0) end++;
  return end > at && bytes[end - 1] === 0x2f;
}

function sumOf(bytes: Buffer, at: number): number {
  let sum = 0;
  for (let i = at; i < at + blockSize; i++) sum += bytes[i] as number;
  return sum;
}

/**
 * The checksum is the sum of the block's bytes with its own field taken as spaces; some old writers
 * summed signed bytes.
 */
function checksumHolds(bytes: Buffer, at: number, sum: number): boolean {
  const start = at + checksumField.start;
  const end = at + checksumField.end;
  const stated = parseNumber(bytes, start, end);
  if (stated === undefined) return false;
  let unsigned = sum + (end - start) * 0x20;
  for (let i = start; i < end; i++) unsigned -= bytes[i] as number;
  if (stated === unsigned) return true;
  let negative = 0;
  for (let i = at; i < at + blockSize; i++) {
    if ((bytes[i] as number) >= 0x80 && (i < start || i >= end)) negative++;
  }
  return stated === unsigned - 256 * negative;
}

/**
 * A numeric field: octal digits between optional leading spaces and NULs and an optional space or
 * NUL after which nothing counts (empty is 0), or GNU's base-256, big-endian with the top bit set.
 *
 * @returns undefined when it is neither, is negative, or is over 2^53-1
 */
function parseNumber(bytes: Buffer, start: number, end: number): number | undefined {
  if ((bytes[start] as number) >= 0x80) return parseBase256(bytes, start, end);
  let at = start;
  while (at < end && isBlank(bytes[at] as number)) at++;
  let value = 0;
  for (; at < end; at++) {
    const byte = bytes[at] as number;
    if (isBlank(byte)) break;
    if (byte < 0x30 || byte > 0x37) return undefined;
    value = value * 8 + (byte - 0x30);
  }
  return value;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0;
}

/** A negative number, in two's complement, reads as one far above the limit. */
function parseBase256(bytes: Buffer, start: number, end: number): number | undefined {
  let value = (bytes[start] as number) & 0x7f;
  for (let at = start + 1; at < end; at++) value = value * 256 + (bytes[at] as number);
  return value > Number.MAX_SAFE_INTEGER ? undefined : value;
}
