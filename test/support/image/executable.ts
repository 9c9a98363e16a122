/** Linux on x86-64: `as` gives these bytes for the code beside them. */
const x64 = [
  '488d3d55000000', // lea rdi,[rip+path]
  '31f6', // xor esi,esi
  'b802000000', // mov eax,2 (open)
  '0f05', // syscall
  '85c0', // test eax,eax
  '7841', // js fail
  '89c3', // mov ebx,eax
  '4881ec00100000', // sub rsp,4096
  '89df', // next: mov edi,ebx
  '4889e6', // mov rsi,rsp
  'ba00100000', // mov edx,4096
  '31c0', // xor eax,eax (read)
  '0f05', // syscall
  '85c0', // test eax,eax
  '7826', // js fail
  '741b', // je done
  '89c2', // mov edx,eax
  'bf01000000', // write: mov edi,1
  'b801000000', // mov eax,1 (write)
  '0f05', // syscall
  '85c0', // test eax,eax
  '7812', // js fail
  '4801c6', // add rsi,rax
  '29c2', // sub edx,eax
  '75e9', // jne write
  'ebd1', // jmp next
  '31ff', // done: xor edi,edi
  'b83c000000', // exit: mov eax,60 (exit)
  '0f05', // syscall
  'bf01000000', // fail: mov edi,1
  'ebf2', // jmp exit
];

/** Linux on arm64. */
const arm64 = [
  '600c8092', // mov x0, #-100 (AT_FDCWD)
  'a1030010', // adr x1, path
  '020080d2', // mov x2, #0
  '080780d2', // mov x8, #56 (openat)
  '010000d4', // svc #0
  'e002f8b7', // tbnz x0, #63, fail
  'f30300aa', // mov x19, x0
  'ff0740d1', // sub sp, sp, #0x1, lsl #12
  'e00313aa', // next: mov x0, x19
  'e1030091', // mov x1, sp
  '020082d2', // mov x2, #4096
  'e80780d2', // mov x8, #63 (read)
  '010000d4', // svc #0
  'e001f8b7', // tbnz x0, #63, fail
  '600100b4', // cbz x0, done
  'f40300aa', // mov x20, x0
  '200080d2', // write: mov x0, #1
  'e20314aa', // mov x2, x20
  '080880d2', // mov x8, #64 (write)
  '010000d4', // svc #0
  '0001f8b7', // tbnz x0, #63, fail
  '2100008b', // add x1, x1, x0
  '940200eb', // subs x20, x20, x0
  '21ffff54', // b.ne write
  'f0ffff17', // b next
  '000080d2', // done: mov x0, #0
  'a80b80d2', // exit: mov x8, #93 (exit)
  '010000d4', // svc #0
  '200080d2', // fail: mov x0, #1
  'fdffff17', // b exit
];

const machines: Record<string, { number: number; code: string[] }> = {
  amd64: { number: 62, code: x64 },
  arm64: { number: 183, code: arm64 },
};

const loadAddress = 0x400000;
const headerSize = 64 + 56;

/**
 * A static Linux executable of some 250 bytes that writes a file to its standard output and exits
 * with 0, or with 1 when it cannot: a program to run in an image built from nothing.
 *
 * @param path the file to write out, absolute
 */
export function printerOf(path: string, architecture: string): Buffer {
  const machine = machines[architecture];
  if (!machine) throw new Error(`There is no machine code for ${architecture}.`);
  const code = Buffer.from(machine.code.join(''), 'hex');
  const image = Buffer.concat([Buffer.alloc(headerSize), code, Buffer.from(`${path}\0`)]);
  writeElfHeader(image, machine.number);
  writeProgramHeader(image);
  return image;
}

/** elf(5), Elf64_Ehdr: little-endian, an executable with one program header. */
function writeElfHeader(image: Buffer, machine: number): void {
  image.write('\x7fELF\x02\x01\x01', 0, 'latin1');
  image.writeUInt16LE(2, 16);
  image.writeUInt16LE(machine, 18);
  image.writeUInt32LE(1, 20);
  image.writeBigUInt64LE(BigInt(loadAddress + headerSize), 24);
  image.writeBigUInt64LE(64n, 32);
  image.writeUInt16LE(64, 52);
  image.writeUInt16LE(56, 54);
  image.writeUInt16LE(1, 56);
}

/** elf(5), Elf64_Phdr: the whole file, readable and executable, at its address. */
function writeProgramHeader(image: Buffer): void {
  const size = BigInt(image.length);
  image.writeUInt32LE(1, 64);
  image.writeUInt32LE(5, 68);
  image.writeBigUInt64LE(BigInt(loadAddress), 80);
  image.writeBigUInt64LE(BigInt(loadAddress), 88);
  image.writeBigUInt64LE(size, 96);
  image.writeBigUInt64LE(size, 104);
  image.writeBigUInt64LE(0x1000n, 112);
}
