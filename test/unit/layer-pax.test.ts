import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PaxRecords, parsePax } from '../../shared/layer/pax.ts';
import { paxRecord } from '../property/tar-writer.ts';

function parse(...parts: (string | Buffer)[]): PaxRecords | undefined {
  const bytes = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return parsePax(bytes, 0, bytes.length);
}

test('the size is found among other records', () => {
  const records = [paxRecord('path', 'a=b\nc'), paxRecord('size', '8589934592')];
  assert.deepEqual(parse(...records), { size: 2 ** 33 });
  assert.deepEqual(parse(...records.reverse()), { size: 2 ** 33 });
});

test('values may be any bytes', () => {
  const value = Buffer.from([0xff, 0, 0x0a, 0x3d, 0xfe]);
  const records = [paxRecord('SCHILY.xattr.user.x', value), paxRecord('size', '7')];
  assert.deepEqual(parse(...records), { size: 7 });
});

test('without a size there is none', () => {
  assert.deepEqual(parse(), { size: undefined });
  assert.deepEqual(parse(paxRecord('GNU.sparse.size', '77')), { size: undefined });
  assert.deepEqual(parse(paxRecord('Size', '77')), { size: undefined });
});

test('the last size counts and an empty one takes it back', () => {
  assert.deepEqual(parse(paxRecord('size', '1'), paxRecord('size', '2')), { size: 2 });
  assert.deepEqual(parse(paxRecord('size', '1'), paxRecord('size', '')), { size: undefined });
});

test('what is no record is malformed', () => {
  const malformed = [
    '10 size=12', // no newline where the length ends
    '99 size=1\n', // longer than the records
    '4 size=1\n', // shorter than itself
    '0 size=1\n',
    'x size=1\n',
    ': size=12\n', // ":" is what would follow "9"
    '1/ siz=1\n',
    '9 size=1\n0 ',
    '-9 size=1\n',
    ' size=1\n',
    '9', // a length and no more
    '9 sizes1\n', // no "="
    '5 ab\n6 a=b\n', // the "=" is another record's
    '\0\0\0',
  ];
  for (const text of malformed) assert.equal(parse(text), undefined, JSON.stringify(text));
});

test('a size that is no whole number up to 2^53-1 is malformed', () => {
  for (const size of ['-1', '1.5', '0x10', ' 1', '1e3', '9007199254740992']) {
    assert.equal(parse(paxRecord('size', size)), undefined, size);
  }
  assert.deepEqual(parse(paxRecord('size', '9007199254740991')), { size: 2 ** 53 - 1 });
});

test('only the given range is read', () => {
  const bytes = Buffer.concat([Buffer.from('junk'), paxRecord('size', '5'), Buffer.from('junk')]);
  assert.deepEqual(parsePax(bytes, 4, bytes.length - 4), { size: 5 });
  assert.equal(parsePax(paxRecord('size', '5'), 0, 8), undefined);
});
