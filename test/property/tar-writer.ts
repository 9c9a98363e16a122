/** Writes tars block by block, the odd and the broken ones too, which no library does. */
export interface HeaderFields {
  name?: string | Buffer;
  typeflag?: string;
  /** The size field as a number (octal, or base-256 when it does not fit), or its raw 12 bytes. */
  size?: number | Buffer;
  mtime?: number;
  format?: 'ustar' | 'gnu' | 'v7';
  checksum?: 'unsigned' | 'signed' | 'wrong';
  /** Sets the byte of an old GNU sparse header that announces an extension block. */
  extended?: boolean;
}

const magics = { ustar: 'ustar\x0000', gnu: 'ustar  \0', v7: '' };

export function header(fields: HeaderFields): Buffer {
  const { name = 'file', typeflag = '0', size = 0, mtime = 0, format = 'ustar' } = fields;
  const block = Buffer.alloc(512);
  Buffer.from(name).copy(block, 0, 0, 100);
  block.write('0000644\x000000000\x000000000\0', 100, 'latin1');
  (typeof size === 'number' ? sizeField(size) : size).copy(block, 124);
  block.write(`${octal(mtime, 11)}\0`, 136, 'latin1');
  block.write(typeflag, 156, 'latin1');
  block.write(magics[format], 257, 'latin1');
  if (fields.extended) block[482] = 1;
  return seal(block, fields.checksum);
}

/** Writes the checksum of a header block. */
export function seal(block: Buffer, kind: HeaderFields['checksum'] = 'unsigned'): Buffer {
  block.fill(' ', 148, 156);
  let sum = kind === 'wrong' ? 1 : 0;
  for (const byte of block) sum += kind === 'signed' ? (byte << 24) >> 24 : byte;
  block.write(`${octal(sum, 6)}\0 `, 148, 'latin1');
  return block;
}

export function sizeField(size: number): Buffer {
  return size < 8 ** 11 ? Buffer.from(`${octal(size, 11)}\0`) : base256(BigInt(size));
}

/** GNU's base-256 in 12 bytes, two's complement. */
export function base256(value: bigint): Buffer {
  const field = Buffer.from(BigInt.asUintN(96, value).toString(16).padStart(24, '0'), 'hex');
  field[0] = (field[0] as number) | 0x80;
  return field;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

/** Data and the zeros after it that fill a block. */
export function padded(data: Buffer): Buffer {
  return Buffer.concat([data, Buffer.alloc((512 - (data.length % 512)) % 512)]);
}

/** A header with its data; `size` is the data's unless stated. */
export function entry(fields: HeaderFields, data: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([header({ size: data.length, ...fields }), padded(data)]);
}

/** One PAX record: `length keyword=value\n`, where the length counts itself. */
export function paxRecord(keyword: string, value: string | Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${keyword}=`), Buffer.from(value), Buffer.from('\n')]);
  let length = rest.length;
  while (length !== rest.length + String(length).length) {
    length = rest.length + String(length).length;
  }
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

export function pax(records: Record<string, string>, typeflag: 'x' | 'g' = 'x'): Buffer {
  const data = Object.entries(records).map(([keyword, value]) => paxRecord(keyword, value));
  return entry({ name: 'PaxHeaders/0', typeflag }, Buffer.concat(data));
}

/** GNU's records for names over 100 bytes. */
export function longName(name: string | Buffer, typeflag: 'L' | 'K' = 'L'): Buffer {
  const data = Buffer.concat([Buffer.from(name), Buffer.alloc(1)]);
  return entry({ name: '././@LongLink', typeflag, format: 'gnu' }, data);
}

/** An extension block of an old GNU sparse header, with 21 pieces that it does not name. */
export function sparseExtension(extended: boolean): Buffer {
  const block = Buffer.alloc(512);
  if (extended) block[504] = 1;
  return block;
}

export const endBlocks: Buffer = Buffer.alloc(1024);
