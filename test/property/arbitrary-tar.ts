import fc from 'fast-check';
import { pseudoRandom } from './random.ts';
import {
  base256,
  endBlocks,
  entry,
  type HeaderFields,
  header,
  longName,
  padded,
  pax,
  seal,
  sizeField,
  sparseExtension,
} from './tar-writer.ts';

/** A tar, or a part of one, and the contents of its regular files one after another. */
export interface Sample {
  bytes: Buffer;
  content: Buffer;
}

const none: Buffer = Buffer.alloc(0);

function join(samples: Sample[]): Sample {
  return {
    bytes: Buffer.concat(samples.map((sample) => sample.bytes)),
    content: Buffer.concat(samples.map((sample) => sample.content)),
  };
}

function metaOnly(...bytes: Buffer[]): Sample {
  return { bytes: Buffer.concat(bytes), content: none };
}

export const data: fc.Arbitrary<Buffer> = fc
  .tuple(fc.oneof(fc.constantFrom(0, 1, 511, 512, 513, 1024), fc.nat(4000)), fc.nat())
  .map(([size, seed]) => pseudoRandom(size, seed));

const seed: fc.Arbitrary<number> = fc.nat();
const statedSize = fc.oneof(fc.constant(0), fc.nat(100_000));

/** Names of any bytes, UTF-8 or not, that do not end in a slash. */
const name = fc
  .uint8Array({ min: 1, max: 255, minLength: 1, maxLength: 100 })
  .map((bytes) => Buffer.from(bytes))
  .filter((bytes) => bytes.at(-1) !== 0x2f);

const style: fc.Arbitrary<HeaderFields> = fc.record({
  name,
  mtime: fc.nat(),
  format: fc.constantFrom('ustar', 'gnu', 'v7'),
  checksum: fc.constantFrom('unsigned', 'signed'),
});

/** The ways to write a size. */
const sizeWriter = fc.constantFrom<(size: number) => Buffer>(
  sizeField,
  (size) => base256(BigInt(size)),
  (size) => Buffer.from(` ${size.toString(8)} `.padEnd(12, '\0')),
  (size) => Buffer.from(size.toString(8).padStart(12, '0')),
  (size) => Buffer.from(size.toString(8).padStart(11, ' ').padEnd(12, '\0')),
);

const file = fc
  .tuple(style, fc.constantFrom('0', '\0', '7'), sizeWriter, data)
  .map(([fields, typeflag, size, content]) => ({
    bytes: entry({ ...fields, typeflag, size: size(content.length) }, content),
    content,
  }));

const bare = fc
  .tuple(style, fc.constantFrom('1', '2', '3', '4', '5', '6'), statedSize)
  .map(([fields, typeflag, size]) => metaOnly(header({ ...fields, typeflag, size })));

const v7Directory = fc
  .tuple(style, statedSize)
  .map(([fields, size]) =>
    metaOnly(header({ ...fields, name: 'usr/lib/', typeflag: '\0', format: 'v7', size })),
  );

const other = fc
  .tuple(style, fc.constantFrom('A', 'D', 'I', 'M', 'N', 'V', 'X', '8', ' ', '\xff'), data)
  .map(([fields, typeflag, bytes]) => metaOnly(entry({ ...fields, typeflag }, bytes)));

const prelude = fc.oneof(
  name.map((bytes) => longName(Buffer.concat([bytes, bytes]))),
  name.map((bytes) => longName(Buffer.concat([bytes, bytes]), 'K')),
  fc.string().map((comment) => pax({ comment, size: '77' }, 'g')),
  fc.string().map((path) => pax({ path, mtime: '1700000000.5' })),
);

const described = fc
  .tuple(fc.array(prelude, { maxLength: 3 }), fc.oneof(file, bare, other))
  .map(([preludes, sample]) => join([metaOnly(...preludes), sample]));

/** A file whose size only its PAX records tell, with other extended headers around them. */
const paxSized = fc
  .tuple(
    fc.array(prelude, { maxLength: 2 }),
    fc.array(prelude, { maxLength: 2 }),
    style,
    fc.constantFrom('0', '7', 'S'),
    statedSize,
    data,
  )
  .map(([before, after, fields, typeflag, size, content]) => ({
    bytes: Buffer.concat([
      ...before,
      pax({ atime: '1', size: String(content.length) }),
      ...after,
      entry({ ...fields, typeflag, size }, content),
    ]),
    content,
  }));

/** A directory uses up the size of the PAX records before it. */
const paxSizedBare = fc
  .tuple(style, statedSize)
  .map(([fields, size]) =>
    metaOnly(pax({ size: String(size) }), header({ ...fields, typeflag: '5' })),
  );

const oldSparse = fc
  .tuple(style, fc.integer({ min: 0, max: 3 }), data)
  .map(([fields, extensions, content]) => {
    const size = content.length;
    const head = header({ ...fields, typeflag: 'S', size, extended: extensions > 0 });
    const blocks = Array.from({ length: extensions }, (_, i) =>
      sparseExtension(i < extensions - 1),
    );
    return { bytes: Buffer.concat([head, ...blocks, padded(content)]), content };
  });

const paxSparse = fc
  .tuple(style, fc.nat(8 ** 8), fc.boolean(), data)
  .map(([fields, realSize, inData, stored]) => {
    const map = inData ? padded(Buffer.from(`1\n0\n${stored.length}\n`)) : none;
    const content = Buffer.concat([map, stored]);
    const records: Record<string, string> = inData
      ? { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.realsize': `${realSize}` }
      : { 'GNU.sparse.size': `${realSize}`, 'GNU.sparse.map': `0,${stored.length}` };
    return { bytes: Buffer.concat([pax(records), entry(fields, content)]), content };
  });

const zeroBlock = fc.constant(metaOnly(Buffer.alloc(512)));

const item: fc.Arbitrary<Sample> = fc.oneof(
  { arbitrary: file, weight: 4 },
  { arbitrary: described, weight: 3 },
  { arbitrary: paxSized, weight: 3 },
  bare,
  v7Directory,
  other,
  paxSizedBare,
  oldSparse,
  paxSparse,
  zeroBlock,
);

/** After the last entry: nothing, end blocks, or bytes that are no header. */
const tail = fc.oneof(
  fc.constant(none),
  fc.constant(endBlocks),
  fc.tuple(fc.nat(2000), seed).map(([size, from]) => pseudoRandom(size, from)),
);

/** A file over 8 GiB of which the tar has only the beginning. */
const huge = fc
  .tuple(fc.boolean(), fc.integer({ min: 8 ** 11, max: Number.MAX_SAFE_INTEGER }), data)
  .map(([viaPax, size, content]) => ({
    bytes: viaPax
      ? Buffer.concat([pax({ size: String(size) }), header({ size: 0 }), content])
      : Buffer.concat([header({ size, format: 'gnu' }), content]),
    content,
  }));

export const tar: fc.Arbitrary<Sample> = fc
  .tuple(
    fc.array(item, { maxLength: 12 }),
    fc.oneof({ arbitrary: tail.map((bytes) => metaOnly(bytes)), weight: 4 }, huge),
  )
  .map(([items, last]) => join([...items, last]));

/** Headers with a right checksum and anything else wrong, such as a mutation can hardly reach. */
const wild = fc
  .tuple(
    fc.constantFrom(...'01234567xgLKSVX\0'),
    fc.oneof(
      fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
      fc.bigInt({ min: -(2n ** 40n), max: 2n ** 80n }).map(base256),
      fc.nat(3000).map(sizeField),
      fc.constantFrom(2 ** 20, 2 ** 20 + 1, 2 ** 33).map(sizeField),
    ),
    seed,
    fc.boolean(),
    data,
  )
  .map(([typeflag, size, from, noise, after]) => {
    const block = header({ typeflag, size });
    if (noise) pseudoRandom(200, from).copy(block, 300);
    return Buffer.concat([seal(block), after]);
  });

/** PAX records that are cut off, lie about their length, or state an odd size. */
const brokenPax = fc
  .tuple(
    fc.oneof(
      fc.constantFrom('9 size=1', '0 \n', '5 a=\n', '10 size=-1\n', '10 size=0x\n', '9 size=\n'),
      fc.constantFrom('99 size=1\n', '9 sizes1\n', '11 size=1 \n', '\0', ' ', '=', '3 \n', '4 =\n'),
      fc.nat().map((size) => `${`${size}`.length + 9} size=${size}\n`),
      fc.string(),
    ),
    file,
  )
  .map(([records, sample]) =>
    Buffer.concat([entry({ typeflag: 'x' }, Buffer.from(records)), sample.bytes]),
  );

type Edit = { kind: 'flip' | 'insert' | 'delete' | 'reseal'; at: number; value: number };

const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom('flip', 'insert', 'delete', 'reseal'),
  at: fc.nat(),
  value: fc.integer({ min: 1, max: 600 }),
});

function apply(bytes: Buffer, { kind, at, value }: Edit): Buffer {
  const place = at % (bytes.length + 1);
  const changed = Buffer.from(bytes);
  if (kind === 'insert') {
    return Buffer.concat([
      bytes.subarray(0, place),
      pseudoRandom(value, at),
      bytes.subarray(place),
    ]);
  }
  if (kind === 'delete') {
    return Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + value)]);
  }
  if (place < bytes.length) changed[place] = (changed[place] as number) ^ (value & 0xff);
  const block = place - (place % 512);
  if (kind === 'reseal' && block + 512 <= bytes.length) seal(changed.subarray(block, block + 512));
  return changed;
}

const mutated = fc
  .tuple(tar, fc.array(edit, { minLength: 1, maxLength: 4 }))
  .map(([sample, edits]) => edits.reduce(apply, sample.bytes));

const truncated = fc
  .tuple(tar, fc.nat())
  .map(([sample, at]) => sample.bytes.subarray(0, at % (sample.bytes.length + 1)));

const noise = fc.tuple(fc.nat(5000), seed).map(([size, from]) => pseudoRandom(size, from));

/** Bytes of any kind: tars whole, cut off, mutated and hostile, and noise. */
export const anyBytes: fc.Arbitrary<Buffer> = fc.oneof(
  tar.map((sample) => sample.bytes),
  truncated,
  mutated,
  fc.array(fc.oneof(wild, brokenPax), { maxLength: 6 }).map((parts) => Buffer.concat(parts)),
  noise,
);

export const pieceSizes: fc.Arbitrary<number[]> = fc.array(
  fc.oneof(
    fc.integer({ min: 1, max: 16 }),
    fc.constantFrom(511, 512, 513),
    fc.integer({ min: 1, max: 10_000 }),
  ),
  { minLength: 1, maxLength: 8 },
);
