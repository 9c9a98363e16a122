import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WherryError } from '../../shared/error.ts';
import { merge } from '../../shared/layer/merge.ts';
import { pseudoRandom } from '../property/random.ts';
import { sourceTree } from '../property/source-tree.ts';
import { mergeAll, piecesOf, splitAll, streamOf } from '../property/streams.ts';
import { endBlocks, entry, header } from '../property/tar-writer.ts';

const data: Buffer = pseudoRandom(3000, 1);
const layer: Buffer = Buffer.concat([entry({}, data), entry({}, data), endBlocks]);

const corrupt = (error: unknown): boolean =>
  error instanceof WherryError && error.code === 'CORRUPT' && error.side === 'store';

test('content left over is corrupt', async () => {
  const { meta, content } = splitAll([layer]);
  await assert.rejects(mergeAll([meta], [content, Buffer.from('!')]), corrupt);
});

test('content that ends early is corrupt', async () => {
  const { meta, content } = splitAll([layer]);
  await assert.rejects(mergeAll([meta], [content.subarray(0, -1)]), corrupt);
  await assert.rejects(mergeAll([meta], []), corrupt);
});

test('meta that ends early is corrupt while content is left', async () => {
  const { content } = splitAll([layer]);
  await assert.rejects(mergeAll([], [content]), corrupt);
  await assert.rejects(mergeAll([header({ size: 1 })], [content]), corrupt);
});

test('a layer cut off at any byte comes back', async () => {
  for (let size = 0; size <= layer.length; size += 7) {
    const { meta, content } = splitAll([layer.subarray(0, size)]);
    assert.ok((await mergeAll([meta], [content])).equals(layer.subarray(0, size)), `${size}`);
  }
});

test('empty pieces do no harm', async () => {
  const { meta, content } = splitAll([layer]);
  const none = Buffer.alloc(0);
  assert.ok((await mergeAll([none, meta, none], [none, none, content, none])).equals(layer));
});

test('small files come in large pieces', async () => {
  const tree = sourceTree(4 * 1024 * 1024);
  const { meta, content } = splitAll([tree]);
  const pieces: Buffer[] = [];
  for await (const piece of merge(streamOf([meta]), streamOf([content]))) pieces.push(piece);
  assert.ok(pieces.slice(0, -1).every((piece) => piece.length >= 64 * 1024));
  assert.ok(Buffer.concat(pieces).equals(tree), 'pieces stay as they were yielded');
});

test('a large file comes without a copy, at its place', async () => {
  const large = pseudoRandom(1024 * 1024, 2);
  const tar = Buffer.concat([entry({}, data), entry({}, large), entry({}, data)]);
  const { meta, content } = splitAll([tar]);
  const pieces: Buffer[] = [];
  for await (const piece of merge(streamOf([meta]), streamOf([content]))) pieces.push(piece);
  assert.ok(Buffer.concat(pieces).equals(tar));
  assert.ok(pieces.some((piece) => piece.buffer === content.buffer));
});

/** A source that tells what it was asked for. */
async function* watched(bytes: Buffer, log: string[], name: string): AsyncGenerator<Buffer> {
  try {
    for (const piece of piecesOf(bytes, [1024])) {
      log.push(name);
      yield piece;
    }
  } finally {
    log.push(`${name} closed`);
  }
}

test('a source is pulled only when the next byte is its', async () => {
  const { meta, content } = splitAll([layer]);
  const log: string[] = [];
  const merged = merge(watched(meta, log, 'meta'), watched(content, log, 'content'));
  for await (const _ of merged);
  // The first KiB of meta reaches into the second header; a file has three pieces.
  const file = ['content', 'content', 'content'];
  assert.deepEqual(log.slice(0, 8), ['meta', ...file, 'meta', ...file]);
});

test('abandoning the merge closes both sources', async () => {
  const { meta, content } = splitAll([sourceTree(2 * 1024 * 1024)]);
  const log: string[] = [];
  for await (const _ of merge(watched(meta, log, 'meta'), watched(content, log, 'content'))) break;
  assert.ok(log.includes('meta closed') && log.includes('content closed'));
  const pulled = log.filter((name) => name === 'content').length;
  assert.ok(pulled < 300, `${pulled} KiB of content were pulled for the first piece`);
});

test('the error of a source comes out and closes the other', async () => {
  const { meta } = splitAll([layer]);
  const log: string[] = [];
  async function* failing(): AsyncGenerator<Buffer> {
    yield data;
    throw new Error('broken off');
  }
  const merged = merge(watched(meta, log, 'meta'), failing());
  await assert.rejects(async () => {
    for await (const _ of merged);
  }, /broken off/);
  assert.ok(log.includes('meta closed'));
});
