import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Splitter } from '../../shared/layer/split.ts';
import { splitAll } from '../property/streams.ts';
import {
  endBlocks,
  entry,
  header,
  longName,
  padded,
  pax,
  paxRecord,
  sparseExtension,
} from '../property/tar-writer.ts';

const one: Buffer = Buffer.from('the first file');
const two: Buffer = Buffer.alloc(1000, 'second');

function contentOf(...parts: Buffer[]): string {
  const bytes = Buffer.concat(parts);
  const { meta, content } = splitAll([bytes]);
  assert.equal(meta.length + content.length, bytes.length);
  return content.toString('latin1');
}

const text = (...parts: Buffer[]): string => Buffer.concat(parts).toString('latin1');

test('meta has headers, padding and end blocks; content has the files', () => {
  const { meta, content } = splitAll([
    Buffer.concat([entry({ name: 'a' }, one), entry({ name: 'b' }, two), endBlocks]),
  ]);
  assert.equal(content.toString(), text(one, two));
  const expected = [
    header({ name: 'a', size: one.length }),
    Buffer.alloc(512 - one.length),
    header({ name: 'b', size: two.length }),
    Buffer.alloc(24),
    endBlocks,
  ];
  assert.ok(meta.equals(Buffer.concat(expected)));
});

test('every byte is handed on at once, as a view of the piece', () => {
  const runs: [string, number][] = [];
  const splitter = new Splitter({
    meta: (bytes) => runs.push(['meta', bytes.length]),
    content: (bytes) => runs.push(['content', bytes.length]),
  });
  const bytes = entry({}, two);
  splitter.push(bytes.subarray(0, 100));
  assert.deepEqual(runs, [['meta', 100]]);
  splitter.push(bytes.subarray(100, 600));
  assert.deepEqual(runs.slice(1), [
    ['meta', 412],
    ['content', 88],
  ]);
  let view: Buffer = Buffer.alloc(0);
  const other = new Splitter({ meta: () => {}, content: (run) => (view = run) });
  other.push(bytes);
  assert.equal(view.buffer, bytes.buffer);
});

test('links, devices, directories and FIFOs have no data, whatever their size says', () => {
  for (const typeflag of '123456') {
    const odd = header({ typeflag, size: 4000 });
    assert.equal(contentOf(odd, entry({}, one)), text(one), typeflag);
  }
});

test('data of other types is meta', () => {
  for (const typeflag of 'gLKVMDNAX') {
    assert.equal(contentOf(entry({ typeflag }, two), entry({}, one)), text(one), typeflag);
  }
});

test('a zero block does not end the parsing', () => {
  const parts = [entry({}, one), endBlocks, entry({}, two), endBlocks];
  assert.equal(contentOf(...parts), text(one, two));
});

test('a PAX size counts in place of the size field', () => {
  const records = pax({ path: 'p', size: String(two.length) });
  assert.equal(contentOf(records, entry({ size: 0 }, two), entry({}, one)), text(two, one));
  assert.equal(contentOf(records, entry({ size: 3 }, two), entry({}, one)), text(two, one));
});

test('a PAX size survives other extended headers', () => {
  const between = [pax({ mtime: '1' }), pax({ size: '9' }, 'g'), longName('n'), longName('l', 'K')];
  const records = pax({ size: String(two.length) });
  const file = entry({ size: 0 }, two);
  assert.equal(contentOf(records, ...between, file, entry({}, one)), text(two, one));
});

test('a PAX size counts once, for an entry without data too', () => {
  const records = pax({ size: '300' });
  assert.equal(contentOf(records, header({ typeflag: '5' }), entry({}, one)), text(one));
  const file = entry({}, Buffer.alloc(300, 'x'));
  assert.equal(contentOf(records, file, entry({}, one)), text(Buffer.alloc(300, 'x'), one));
});

test('a PAX size counts for data that are meta', () => {
  const volume = Buffer.concat([header({ typeflag: 'V', size: 0 }), padded(two)]);
  const records = pax({ size: String(two.length) });
  assert.equal(contentOf(records, volume, entry({}, one)), text(one));
});

test('extension blocks of a sparse file are meta, what is stored of it is content', () => {
  const sparse = { typeflag: 'S', size: two.length, extended: true };
  const blocks = [sparseExtension(true), sparseExtension(true), sparseExtension(false)];
  const parts = [header(sparse), ...blocks, padded(two), entry({}, one)];
  assert.equal(contentOf(...parts), text(two, one));
});

test('after what is no header all is meta', () => {
  const before = entry({}, one);
  const after = [entry({}, two), endBlocks];
  for (const broken of [
    header({ checksum: 'wrong' }),
    Buffer.alloc(512, 'junk'),
    header({ size: Buffer.from('not a number') }),
    entry({ typeflag: 'x' }, Buffer.from('10 size=xx\n')),
  ]) {
    assert.equal(contentOf(before, broken, ...after), text(one));
  }
});

test('PAX records count up to 1 MiB, above it all is meta', () => {
  const limit = 1024 * 1024;
  const overhead = paxRecord('size', String(two.length)).length + '1048576 comment=\n'.length;
  const recordsOf = (size: number): Buffer =>
    pax({ comment: '.'.repeat(size - overhead), size: String(two.length) });
  const file = entry({ size: 0 }, two);
  assert.equal(contentOf(recordsOf(limit), file), text(two));
  assert.equal(contentOf(recordsOf(limit + 1), file), '');
});

test('a file over 8 GiB may be cut off anywhere', () => {
  const size = 9 * 2 ** 30;
  for (const head of [header({ size, format: 'gnu' }), pax({ size: `${size}` })]) {
    const file = head.length === 512 ? head : Buffer.concat([head, header({ size: 0 })]);
    assert.equal(contentOf(file, one), text(one));
  }
});

test('an empty PAX header is one without records', () => {
  assert.equal(contentOf(entry({ typeflag: 'x' }), entry({}, one)), text(one));
});

test('nothing, and less than a header, is meta', () => {
  assert.equal(contentOf(Buffer.alloc(0)), '');
  assert.equal(contentOf(header({}).subarray(0, 511)), '');
});
