import { createHash } from 'node:crypto';
import { type Content, digestFromHex } from '../../shared/digest.ts';
import { throwIfAborted } from '../../shared/error.ts';
import { merge } from '../../shared/layer/merge.ts';
import { corrupt } from '../../shared/store/corrupt.ts';
import type { Recipe } from '../../shared/store/recipe.ts';
import { zerosOf } from '../../shared/transfer/hold-zeros.ts';
import { chunksAhead, type LayerSource } from './chunks-ahead.ts';
import type { ByteRange } from './range.ts';

/**
 * A layer's bytes, or a range of them, put together as they are asked for. The last byte of a whole
 * layer comes only once all are verified against its digest; a range is made of verified chunks,
 * and whoever puts ranges together knows the digest of the whole.
 *
 * Waits until the window has room for the two largest chunks that it has to hold at once.
 *
 * @throws WherryError CORRUPT when the store has it wrongly
 */
export async function* layerBytes(
  recipe: Recipe,
  range: ByteRange | undefined,
  source: LayerSource,
): AsyncGenerator<Buffer, void, undefined> {
  const { meta, size } = recipe;
  const content = contentOfRange(recipe, range ?? { start: 0, end: size });
  const reserve = largest(meta) + largest(content.chunks);
  await source.window.acquire(reserve);
  try {
    throwIfAborted(source.signal);
    const whole = merge(chunksAhead(meta, source), withZeros(content, source));
    yield* range ? cut(whole, range) : verified(whole, recipe);
  } finally {
    source.window.release(reserve);
  }
}

/** The chunks of content that a range touches, and how many bytes there are before and after. */
interface TouchedContent {
  before: number;
  chunks: Content[];
  after: number;
}

/**
 * Where content lies in the layer only its meta bytes tell, while it is put together; but no byte of
 * content comes before its place in its own stream, nor after that by more than all of meta.
 */
function contentOfRange({ meta, content }: Recipe, { start, end }: ByteRange): TouchedContent {
  const shift = meta.reduce((sum, { size }) => sum + size, 0);
  const touched: TouchedContent = { before: 0, chunks: [], after: 0 };
  let at = 0;
  for (const chunk of content) {
    if (at + chunk.size + shift <= start) touched.before += chunk.size;
    else if (at < end) touched.chunks.push(chunk);
    else touched.after += chunk.size;
    at += chunk.size;
  }
  return touched;
}

/** All of the content, with zeros for what is only counted. */
async function* withZeros(
  { before, chunks, after }: TouchedContent,
  source: LayerSource,
): AsyncGenerator<Buffer, void, undefined> {
  yield* zerosOf(before);
  yield* chunksAhead(chunks, source);
  yield* zerosOf(after);
}

async function* cut(
  pieces: AsyncIterable<Buffer>,
  { start, end }: ByteRange,
): AsyncGenerator<Buffer, void, undefined> {
  let at = 0;
  for await (const piece of pieces) {
    const [from, to] = [Math.max(0, start - at), Math.min(piece.length, end - at)];
    if (from < to) yield piece.subarray(from, to);
    at += piece.length;
    if (at >= end) return;
  }
}

async function* verified(
  pieces: AsyncIterable<Buffer>,
  { diffId, size }: Recipe,
): AsyncGenerator<Buffer, void, undefined> {
  const hash = createHash('sha256');
  let at = 0;
  for await (const piece of pieces) {
    hash.update(piece);
    at += piece.length;
    if (at === size && digestFromHex(hash.digest('hex')) !== diffId) {
      throw corrupt(`The recipe of layer ${diffId} gives another layer.`);
    }
    yield piece;
  }
}

function largest(chunks: Content[]): number {
  return chunks.reduce((most, { size }) => Math.max(most, size), 0);
}
