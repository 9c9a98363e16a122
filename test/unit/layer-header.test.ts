import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHeader } from '../../shared/layer/header.ts';
import { base256, header, seal, sizeField } from '../property/tar-writer.ts';

function sizeOf(field: Buffer | string): number | undefined {
  const parsed = parseHeader(header({ size: Buffer.from(field) }), 0);
  return parsed === 'end' ? undefined : parsed?.size;
}

test('the size field is octal with blanks around it', () => {
  assert.equal(sizeOf('00000001234\0'), 0o1234);
  assert.equal(sizeOf('       1234 '), 0o1234);
  assert.equal(sizeOf('1234 \0\0\0\0\0\0\0'), 0o1234);
  assert.equal(sizeOf('\0\0\0\0\0\0\x001234\0'), 0o1234);
  assert.equal(sizeOf('777777777777'), 8 ** 12 - 1);
  assert.equal(sizeOf('12\0and more.'), 0o12);
});

test('an empty size field is 0', () => {
  assert.equal(sizeOf('\0'.repeat(12)), 0);
  assert.equal(sizeOf(' '.repeat(12)), 0);
});

test('a size field that is no number makes no header', () => {
  for (const field of [
    '00000000008\0',
    '0x1\0\0\0\0\0\0\0\0\0',
    '-1\0\0\0\0\0\0\0\0\0\0',
    '1_\0',
  ]) {
    assert.equal(sizeOf(field.padEnd(12, '\0')), undefined, field);
  }
});

test('base-256 sizes go up to 2^53-1', () => {
  assert.equal(sizeOf(base256(0n)), 0);
  assert.equal(sizeOf(base256(8n ** 11n)), 8 ** 11);
  assert.equal(sizeOf(base256(2n ** 53n - 1n)), Number.MAX_SAFE_INTEGER);
  assert.equal(sizeOf(base256(2n ** 53n)), undefined);
  assert.equal(sizeOf(base256(2n ** 90n)), undefined);
  assert.equal(sizeOf(base256(-1n)), undefined);
});

test('the checksum may sum unsigned or signed bytes, and nothing else', () => {
  const name = Buffer.from([0xff, 0x80, 0x41]);
  assert.ok(parseHeader(header({ name, checksum: 'unsigned' }), 0));
  assert.ok(parseHeader(header({ name, checksum: 'signed' }), 0));
  assert.equal(parseHeader(header({ name, checksum: 'wrong' }), 0), undefined);
  const blank = header({ name, checksum: 'signed' });
  blank[155] = 0xff;
  assert.ok(parseHeader(blank, 0), "the checksum's own bytes count as spaces");
  const noChecksum = header({}).fill('x', 148, 156);
  assert.equal(parseHeader(noChecksum, 0), undefined);
});

test('a zero block is an end block, one with a single bit set is not', () => {
  const block = Buffer.alloc(512);
  assert.equal(parseHeader(block, 0), 'end');
  block[511] = 1;
  assert.equal(parseHeader(block, 0), undefined);
});

test('the header may lie anywhere in a piece', () => {
  const bytes = Buffer.concat([Buffer.alloc(7, 1), header({ size: 42, name: 'late' })]);
  assert.deepEqual(parseHeader(bytes, 7), { kind: 'file', size: 42, extended: false });
});

test('each typeflag has its kind', () => {
  const kinds = { '0\x007': 'file', S: 'sparse', '123456': 'bare', x: 'pax', gLK: 'prelude' };
  for (const [typeflags, kind] of Object.entries({ ...kinds, 'ADIMNVX89 ': 'other' })) {
    for (const typeflag of typeflags) {
      const parsed = parseHeader(header({ typeflag }), 0);
      assert.equal(parsed !== 'end' && parsed?.kind, kind, JSON.stringify(typeflag));
    }
  }
});

test('a trailing slash makes a directory of a v7 entry, and of no other', () => {
  const kindOf = (name: string, typeflag: string): unknown => {
    const parsed = parseHeader(header({ name, typeflag, format: 'v7' }), 0);
    return parsed !== 'end' && parsed?.kind;
  };
  assert.equal(kindOf('usr/', '\0'), 'bare');
  assert.equal(kindOf(`${'d'.repeat(99)}/`, '\0'), 'bare');
  assert.equal(kindOf(`${'d'.repeat(100)}/`, '\0'), 'file');
  assert.equal(kindOf('usr/', '0'), 'file');
  assert.equal(kindOf('', '\0'), 'file');
});

test('only a sparse file has extension blocks', () => {
  const parsed = [header({ typeflag: 'S', extended: true }), header({ extended: true })];
  assert.deepEqual(
    parsed.map((block) => parseHeader(block, 0)),
    [
      { kind: 'sparse', size: 0, extended: true },
      { kind: 'file', size: 0, extended: false },
    ],
  );
});

test('a header counts whatever its magic says', () => {
  const block = header({ size: sizeField(9) });
  block.fill(0xee, 257, 265);
  assert.deepEqual(parseHeader(seal(block), 0), { kind: 'file', size: 9, extended: false });
});
