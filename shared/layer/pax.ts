/** Bytes of PAX records that one extended header may hold; Go's archive/tar has the same limit. */
export const paxLimit = 1024 * 1024;

/** What of a PAX extended header matters to the framing of a tar. */
export interface PaxRecords {
  /** Bytes of data of the next entry, in place of its size field, which cannot state 8 GiB. */
  size: number | undefined;
}

/**
 * Parses the records `"%d %s=%s\n", length, keyword, value` of POSIX.1-2017 (pax, "pax Extended
 * Header"). The last `size` counts; an empty value takes an earlier one back.
 *
 * @returns undefined when a record is malformed or the size is not a whole number up to 2^53-1
 */
export function parsePax(bytes: Buffer, start: number, end: number): PaxRecords | undefined {
  let size: number | undefined;
  let at = start;
  while (at < end) {
    const record = parseRecord(bytes, at, end);
    if (record === undefined) return undefined;
    const { keyword, value } = record;
    if (keyword === 'size') {
      if (value !== '' && !isSize(value)) return undefined;
      size = value === '' ? undefined : Number(value);
    }
    at = record.end;
  }
  return { size };
}

function isSize(value: string): boolean {
  return /^[0-9]+$/.test(value) && Number.isSafeInteger(Number(value));
}

interface PaxRecord {
  keyword: string;
  value: string;
  /** Where the next record starts. */
  end: number;
}

const space = 0x20;
const newline = 0x0a;
const equals = 0x3d;

function parseRecord(bytes: Buffer, start: number, limit: number): PaxRecord | undefined {
  let at = start;
  let length = 0;
  for (; at < limit && bytes[at] !== space; at++) {
    const digit = (bytes[at] as number) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    length = length * 10 + digit;
  }
  const keywordStart = at + 1;
  const end = start + length;
  if (end > limit || bytes[end - 1] !== newline) return undefined;
  const valueStart = bytes.indexOf(equals, keywordStart) + 1;
  if (valueStart === 0 || valueStart >= end) return undefined;
  return {
    keyword: bytes.toString('latin1', keywordStart, valueStart - 1),
    value: bytes.toString('latin1', valueStart, end - 1),
    end,
  };
}
