import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { data } from './arbitrary-tar.ts';
import { readContent, writeTar } from './reference.ts';
import { splitAll } from './streams.ts';

/** Names in every script, some too long for a header. */
const name = fc
  .tuple(fc.string({ unit: 'grapheme' }), fc.nat(200))
  .map(([start, depth]) => `f${start.replaceAll('\0', '')}${'/d'.repeat(depth)}`);

const file = fc.constantFrom<'file' | 'contiguous-file'>('file', 'contiguous-file');
const dataless = fc.constantFrom<
  'link' | 'symlink' | 'character-device' | 'block-device' | 'directory' | 'fifo'
>('link', 'symlink', 'character-device', 'block-device', 'directory', 'fifo');

const common = { name, uid: fc.nat(8 ** 7 - 1), mtime: fc.constant(new Date(1.7e12)) };
const entry = fc.oneof(
  fc.record({ headers: fc.record({ ...common, type: file }), data }),
  fc.record({
    headers: fc.record({ ...common, type: dataless, linkname: name }),
    data: fc.constant(Buffer.alloc(0)),
  }),
);

test('content is what tar-stream reads of a tar that it wrote', () =>
  fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 10 }), async (entries) => {
      const tar = await writeTar(entries);
      const { content } = splitAll([tar]);
      assert.ok(content.equals(Buffer.concat(entries.map((each) => each.data))));
      assert.ok(content.equals(await readContent(tar)));
    }),
    { numRuns: 300 },
  ));
