import { numbers, pseudoRandom } from './random.ts';
import { endBlocks, entry } from './tar-writer.ts';

const averageFileSize = 5 * 1024;
const words =
  'const return function export import this value length undefined null => { } ( ) ;'.split(' ');

/** A tar of about `size` bytes with files of the sizes, and about the entropy, of a source tree. */
export function sourceTree(size: number, seed = 1): Buffer {
  const text = sourceText(Math.min(size, 16 * 1024 * 1024), seed);
  const next = numbers(seed);
  const parts: Buffer[] = [];
  for (let total = 0, index = 0; total < size; index++) {
    const length = Math.min(text.length, next(2 * averageFileSize));
    const start = next(text.length - length + 1);
    const name = `app/node_modules/package-${index >> 5}/lib/${index}.js`;
    const part = entry({ name, mtime: 1.7e9 + index }, text.subarray(start, start + length));
    parts.push(part);
    total += part.length;
  }
  return Buffer.concat([...parts, endBlocks]);
}

function sourceText(size: number, seed: number): Buffer {
  const parts: string[] = [];
  for (const byte of pseudoRandom(size >> 2, seed)) {
    parts.push(words[byte % words.length] ?? '', byte > 200 ? '\n' : ' ', byte.toString(36));
  }
  return Buffer.from(parts.join('')).subarray(0, size);
}
