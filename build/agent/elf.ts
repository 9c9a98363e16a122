/** Sizes and numbers of ELF-64, little-endian (System V ABI, gABI 4.1, chapters 4 and 5; elf(5)). */
const headerSize = 64;
const programHeaderSize = 56;
const segmentTypes = { load: 1, note: 4 };

/** Offsets in a program header; each holds 64 bits. */
const fields = { offset: 8, address: 16, physical: 24, fileSize: 32, memorySize: 40, align: 48 };

interface Segment {
  type: number;
  /** Where its program header is in the file. */
  header: number;
  offset: number;
  address: number;
  fileSize: number;
  memorySize: number;
}

/**
 * The executable without symbols, debug information and section headers, and with one more note.
 *
 * A program finds a note by PT_NOTE (dl_iterate_phdr(3)), so it has to be mapped. Room for another
 * program header there is none, and to move the headers breaks on kernels before 5.18, which look for
 * them where the file begins. So the last segment, which ends in memory that is zero at first, gets
 * that memory into the file and the notes after it, and the PT_NOTE that was there points to them.
 * What follows the last segment in the file, no program reads.
 */
export function strippedWithNote(executable: Buffer, name: string, content: Buffer): Buffer {
  const segments = readSegments(executable);
  const loads = segments.filter(({ type }) => type === segmentTypes.load);
  const last = loads.at(-1);
  const [note, ...more] = segments.filter(({ type }) => type === segmentTypes.note);
  if (!last || !note || more.length > 0) throw new Error('This is no executable with one PT_NOTE.');
  if (loads.some((load) => load.offset + load.fileSize > last.offset + last.fileSize)) {
    throw new Error('The segments of this executable are not in order.');
  }
  const kept = executable.subarray(0, last.offset + last.fileSize);
  const zeros = Buffer.alloc(
    last.memorySize - last.fileSize + padding(last.address + last.memorySize),
  );
  const notes = Buffer.concat([
    executable.subarray(note.offset, note.offset + note.fileSize),
    encodeNote(name, content),
  ]);
  const offset = kept.length + zeros.length;
  const address = last.address + offset - last.offset;
  const made = Buffer.concat([kept, zeros, notes]);
  const size = made.length - last.offset;
  writeFields(made, last.header, { fileSize: size, memorySize: size });
  writeFields(made, note.header, {
    offset,
    address,
    physical: address,
    fileSize: notes.length,
    memorySize: notes.length,
  });
  withoutSections(made);
  return made;
}

function readSegments(executable: Buffer): Segment[] {
  if (executable.readUInt32BE(0) !== 0x7f454c46 || executable.readUInt16BE(4) !== 0x0201) {
    throw new Error('This is not an ELF-64 file, little-endian.');
  }
  const table = number(executable, 32);
  const count = executable.readUInt16LE(56);
  return Array.from({ length: count }, (_, index) => {
    const header = table + index * programHeaderSize;
    return {
      type: executable.readUInt32LE(header),
      header,
      offset: number(executable, header + fields.offset),
      address: number(executable, header + fields.address),
      fileSize: number(executable, header + fields.fileSize),
      memorySize: number(executable, header + fields.memorySize),
    };
  });
}

/** elf(5), "Notes": the sizes of name and content, a type, and both, each padded to 4 bytes. */
function encodeNote(name: string, content: Buffer): Buffer {
  const text = Buffer.from(`${name}\0`);
  const header = Buffer.alloc(12);
  header.writeUInt32LE(text.length, 0);
  header.writeUInt32LE(content.length, 4);
  const pad = (bytes: Buffer) => Buffer.alloc(padding(bytes.length));
  return Buffer.concat([header, text, pad(text), content, pad(content)]);
}

function writeFields(
  bytes: Buffer,
  header: number,
  values: Partial<Record<keyof typeof fields, number>>,
): void {
  for (const [field, value] of Object.entries(values)) {
    bytes.writeBigUInt64LE(BigInt(value), header + fields[field as keyof typeof fields]);
  }
}

/** The ELF header of a file that has no section headers. */
function withoutSections(bytes: Buffer): void {
  bytes.writeBigUInt64LE(0n, 40);
  bytes.fill(0, headerSize - 4, headerSize);
}

function number(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}

/** Bytes from there to the next multiple of 4. */
function padding(at: number): number {
  return -at & 3;
}
