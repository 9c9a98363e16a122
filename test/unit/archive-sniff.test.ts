import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { sniff } from '../../shared/archive/sniff.ts';
import { tarEntries } from '../../shared/archive/tar-entries.ts';
import { fileHeader } from '../../shared/archive/tar-header.ts';
import { bytesOf } from '../support/image/bytes.ts';

/** A header as tar wrote it before POSIX: without magic, and its checksum to match. */
function oldHeader(name: string, size: number): Buffer {
  const header = fileHeader(name, size);
  header.fill(0, 257, 265).fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(sum.toString(8).padStart(6, '0'), 148);
  return header.fill(0, 154, 155);
}

test('the first bytes tell what a blob is', () => {
  for (const [kind, head] of [
    ['document', Buffer.alloc(0)],
    ['document', Buffer.from('{"a":1}')],
    ['document', Buffer.from(' \r\n\t[')],
    ['tar', fileHeader('a', 1)],
    ['tar', fileHeader('{a}', 1)],
    ['tar', oldHeader('{a}', 1)],
    ['tar', Buffer.alloc(1024)],
    ['gzip', gzipSync('a')],
    ['zstd', zstdCompressSync(Buffer.from('a'))],
    ['zstd', Buffer.from('5f2a4d18', 'hex')],
    ['lz4', Buffer.from('04224d1864', 'hex')],
    ['unknown', Buffer.from('1.0')],
    ['unknown', Buffer.alloc(100)],
    ['unknown', fileHeader('a', 1).fill(0, 148, 156)],
  ] as const) {
    assert.equal(sniff(head), kind, head.toString('latin1'));
  }
});

test('tars from before POSIX are read', async () => {
  async function* old() {
    yield Buffer.concat([oldHeader('a', 3), Buffer.alloc(512, 'abc'), Buffer.alloc(1024)]);
  }
  const found: string[] = [];
  for await (const entry of tarEntries(old())) {
    found.push(`${entry.path}: ${'bytes' in entry ? await bytesOf(entry.bytes) : 'link'}`);
  }
  assert.deepEqual(found, ['a: abc']);
});
