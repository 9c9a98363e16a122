export type Compression = 'gzip' | 'zstd';

/**
 * What a blob's first bytes say it is: `document` is JSON or empty, `tar` also two blocks of zeros
 * (an empty layer), and xz, bzip2 and lz4 are told apart only to be refused by name.
 */
export type Kind = 'document' | 'tar' | Compression | 'xz' | 'bzip2' | 'lz4' | 'unknown';

/** How many first bytes {@link sniff} needs: a tar header. */
export const sniffSize = 512;

/** First bytes in hex. */
const magics: [Kind, RegExp][] = [
  ['gzip', /^1f8b/],
  // A frame, or a skippable frame (RFC 8878, sections 3.1.1 and 3.1.2).
  ['zstd', /^(?:28b52ffd|5[0-9a-f]2a4d18)/],
  ['xz', /^fd377a585a00/],
  ['bzip2', /^425a683[1-9]/],
  ['lz4', /^04224d18/],
];

export function sniff(head: Buffer): Kind {
  const header = head.subarray(0, sniffSize);
  if (header.length === sniffSize && isTarBlock(header)) return 'tar';
  if (/^\s*(?:[{[]|$)/.test(header.toString('latin1'))) return 'document';
  const hex = header.toString('hex', 0, 8);
  return magics.find(([, magic]) => magic.test(hex))?.[0] ?? 'unknown';
}

/** A header with a right checksum (POSIX ustar, offset 148), of whatever tar dialect, or zeros. */
function isTarBlock(block: Buffer): boolean {
  let sum = 0;
  for (const byte of block) sum += byte;
  if (sum === 0) return true;
  const field = block.subarray(148, 156);
  for (const byte of field) sum += 0x20 - byte;
  return Number.parseInt(field.toString('latin1').replaceAll('\0', ' ').trim(), 8) === sum;
}
