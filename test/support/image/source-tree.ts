import { random } from './random.ts';
import { SourceText } from './source-text.ts';
import { type TarMember, tarOf } from './tar.ts';

export interface SourceTreeOptions {
  files: number;
  /** Of all files together, nearly. */
  bytes: number;
  seed: number;
  /** The files, by index, that get one line more in their middle. */
  edited?: number[];
}

const filesPerFolder = 40;

/** A big layer as `npm ci` makes it: many files of source code, their sizes log-normal. */
export function sourceTree(options: SourceTreeOptions) {
  const text = new SourceText(options.seed);
  const sizes = fileSizes(options);
  const edited = new Set(options.edited);
  function* files(): Generator<{ name: string; content: Buffer }> {
    for (const [index, size] of sizes.entries()) {
      const content = text.write(size, options.seed + 1 + index);
      const name = `app/node_modules/package-${Math.floor(index / filesPerFolder)}/lib/file-${index}.js`;
      yield { name, content: edited.has(index) ? edit(content) : content };
    }
  }
  return {
    files,
    /** The layer's tar, every file of this modification time, as a rebuild without cache gives it. */
    tar: (mtime: Date) => (): AsyncIterable<Buffer> => tarOf(membersOf(files(), mtime)),
  };
}

function* membersOf(
  files: Iterable<{ name: string; content: Buffer }>,
  mtime: Date,
): Generator<TarMember> {
  for (const file of files) yield { ...file, mtime };
}

/** Log-normal with sigma 1.5, scaled so that they add up to the bytes asked for. */
function fileSizes({ files, bytes, seed }: SourceTreeOptions): number[] {
  const next = random(seed);
  const weights = Array.from({ length: files }, () => Math.exp(1.5 * normal(next)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => Math.floor((bytes * weight) / total));
}

/** Box and Muller's transform. */
function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

function edit(content: Buffer): Buffer {
  const middle = content.length >>> 1;
  const line = Buffer.from('\n// changed\n');
  return Buffer.concat([content.subarray(0, middle), line, content.subarray(middle)]);
}
